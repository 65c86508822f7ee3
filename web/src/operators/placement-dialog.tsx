import type { Placement, PlacementCandidate, PresentParticipant, ScoreParts } from '@canopy/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { useApi } from '../lib/api-context.ts';
import { percent, tenthsOfMilliseconds, timeOf } from '../lib/format.ts';
import { useResource } from '../lib/use-resource.ts';
import styles from './operators.module.css';
import { usePlacementWords, useTakenWords } from './placement-words.ts';
import { Table } from './table.tsx';

/** Whose place is asked for; where they are, and how they are called, may not be known. */
interface Asked {
  id: string;
  name: string;
  edge?: PresentParticipant['edge'];
}

/** What may be in a score besides the round trip, in the order of the columns. */
const parts: readonly (keyof ScoreParts)[] = ['publishersMs', 'loadMs', 'newEdgeMs', 'doubtMs'];

/** Why somebody is on an edge: where they were taken to be, and every edge with what its score is made of, or with what spoke against it. */
export function PlacementDialog({
  meetingId,
  person,
  onClose,
}: {
  meetingId: string;
  person: Asked;
  onClose: () => void;
}) {
  const { t } = useTranslation('operators');
  const api = useApi();
  const load = useCallback(() => api.operators.placement(meetingId, person.id), [api, meetingId, person.id]);
  const found = useResource(load);
  return (
    <Dialog
      wide
      title={
        person.edge === undefined
          ? t('whyHere', { name: person.name })
          : t('whyOf', { name: person.name, edge: person.edge.id })
      }
      onClose={onClose}
    >
      <div className={styles.placement} data-testid="operators-placement">
        {found.status === 'loading' && <Loading />}
        {found.status === 'failed' && <ErrorNotice error={found.error} onRetry={found.retry} />}
        {found.status === 'ready' && <Reasons placement={found.value} />}
      </div>
      <DialogButtons>
        <Button onPress={onClose}>{t('close')}</Button>
      </DialogButtons>
    </Dialog>
  );
}

function Reasons({ placement: { at, moved, decision } }: { placement: Placement }) {
  const { t } = useTranslation('operators');
  const words = usePlacementWords();
  const taken = useTakenWords();
  const { rule, candidates } = decision;
  const shown = parts.filter((part) => candidates.some((candidate) => candidate.parts?.[part]));
  const sum = [t('score'), t('part.roundTrip'), ...shown.map((part) => t(`part.${part}`))];
  return (
    <>
      <p>
        {t('placedAt', { time: timeOf(new Date(at), new Date()) })}{' '}
        {moved !== null && t('movedFrom', { edge: moved.fromEdgeId, because: words.reason(moved.because) })}
      </p>
      {decision.taken !== undefined && <p>{taken(decision.taken)}</p>}
      <p>
        {t('decidedBy', { rule: words.rule(rule) })} {shown.length > 0 && t('scoreIs')}
      </p>
      <Table title={t('edges')} columns={[t('edge'), ...sum, t('load'), t('rejected')]}>
        {candidates.toSorted(bestFirst).map((candidate) => (
          <CandidateRow key={candidate.edgeId} candidate={candidate} shown={shown} />
        ))}
      </Table>
    </>
  );
}

function CandidateRow({ candidate, shown }: { candidate: PlacementCandidate; shown: typeof parts }) {
  const { t } = useTranslation('operators');
  const words = usePlacementWords();
  const { edgeId, score, clientRttMs, rttSource, load, networkBound, rejectedBecause } = candidate;
  const source = rttSource === 'measured' || rttSource === 'estimated' ? rttSource : 'unknown';
  return (
    <tr>
      <th scope="row">{edgeId}</th>
      <td>{inTenths(score)}</td>
      <td>{clientRttMs === undefined ? '–' : `${inTenths(clientRttMs)}, ${t(source)}`}</td>
      {shown.map((part) => (
        <td key={part}>{inTenths(candidate.parts?.[part])}</td>
      ))}
      <td>{networkBound === true ? t('ofNetwork', { load: percent(load) }) : percent(load)}</td>
      <td>{rejectedBecause === undefined ? '–' : words.rule(rejectedBecause)}</td>
    </tr>
  );
}

function inTenths(ms: number | undefined): string {
  return ms === undefined ? '–' : tenthsOfMilliseconds(ms);
}

function bestFirst(a: PlacementCandidate, b: PlacementCandidate): number {
  return (a.score ?? Number.POSITIVE_INFINITY) - (b.score ?? Number.POSITIVE_INFINITY);
}
