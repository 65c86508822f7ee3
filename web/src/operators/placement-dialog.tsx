import type { PlacementCandidate, PresentParticipant } from '@canopy/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { useApi } from '../lib/api-context.ts';
import { milliseconds, percent } from '../lib/format.ts';
import { useResource } from '../lib/use-resource.ts';
import styles from './operators.module.css';
import { usePlacementWords } from './placement-words.ts';
import { Table } from './table.tsx';

/** Whose place is asked for; where they are, and how they are called, may not be known. */
export interface Asked {
  id: string;
  name: string;
  edge?: PresentParticipant['edge'];
}

/** Why somebody is on an edge: every edge with its score, or with what spoke against it. */
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
  const words = usePlacementWords();
  return (
    <Dialog
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
        {found.status === 'ready' && (
          <>
            {found.value.moved !== null && (
              <p>
                {t('movedFrom', {
                  edge: found.value.moved.fromEdgeId,
                  because: words.reason(found.value.moved.because),
                })}
              </p>
            )}
            <p>{t('decidedBy', { rule: words.rule(found.value.decision.rule) })}</p>
            <Table title={t('edges')} columns={[t('edge'), t('score'), t('roundTrip'), t('load'), t('rejected')]}>
              {found.value.decision.candidates.toSorted(bestFirst).map((candidate) => (
                <CandidateRow key={candidate.edgeId} candidate={candidate} />
              ))}
            </Table>
          </>
        )}
      </div>
      <DialogButtons>
        <Button onPress={onClose}>{t('close')}</Button>
      </DialogButtons>
    </Dialog>
  );
}

function CandidateRow({ candidate }: { candidate: PlacementCandidate }) {
  const { t } = useTranslation('operators');
  const words = usePlacementWords();
  const { edgeId, score, clientRttMs, rttSource, load, networkBound, rejectedBecause } = candidate;
  const source = rttSource === 'measured' || rttSource === 'estimated' ? rttSource : 'unknown';
  return (
    <tr>
      <th scope="row">{edgeId}</th>
      <td>{score === undefined ? '–' : milliseconds(score)}</td>
      <td>{clientRttMs === undefined ? '–' : `${milliseconds(clientRttMs)}, ${t(source)}`}</td>
      <td>{networkBound === true ? t('ofNetwork', { load: percent(load) }) : percent(load)}</td>
      <td>{rejectedBecause === undefined ? '–' : words.rule(rejectedBecause)}</td>
    </tr>
  );
}

function bestFirst(a: PlacementCandidate, b: PlacementCandidate): number {
  return (a.score ?? Number.POSITIVE_INFINITY) - (b.score ?? Number.POSITIVE_INFINITY);
}
