import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { Total, Totals } from '../design/totals.tsx';
import { useApi } from '../lib/api-context.ts';
import { useRegionsOf } from '../lib/config.tsx';
import { bitrate } from '../lib/format.ts';
import { changeQuery } from '../lib/router.ts';
import { useMeetings } from '../lib/use-meetings.ts';
import { usePolled } from '../lib/use-polled.ts';
import { EdgesTable } from './edges-table.tsx';
import { EventList } from './event-list.tsx';
import { waysOf } from './link-health.ts';
import { LinksTable } from './links-table.tsx';
import { MeetingExplorer } from './meeting-explorer.tsx';
import styles from './operators.module.css';
import { OperatorsMap } from './operators-map.tsx';

/** The mesh this second, and what can be done with it. */
export function Console() {
  const { t } = useTranslation('operators');
  const api = useApi();
  const { value: mesh, error } = usePolled(useCallback(() => api.getMesh(), [api]));
  const edges = mesh?.edges ?? [];
  useRegionsOf(edges);
  const ways = waysOf(edges, mesh?.links ?? []);
  const people = edges.reduce((sum, { sessions }) => sum + sessions, 0);
  const egressBps = edges.reduce((sum, edge) => sum + edge.egressBps, 0);
  const meetings = useMeetings();
  const explorer = useRef<HTMLElement>(null);
  const [sought, setSought] = useState('');
  const ready = edges.filter(({ state }) => state === 'ready').length;

  function lookAt(meetingId: string): void {
    setSought('');
    changeQuery({ meeting: meetingId, person: '' });
    explorer.current?.scrollIntoView();
  }

  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      {mesh === null && error === null && <Loading />}
      {mesh !== null && (
        <Totals>
          <Total label={t('edgesReady')} value={t('edgesOf', { ready, all: edges.length })} />
          <Total label={t('people')} value={String(people)} />
          <Total label={t('linksTotal')} value={String(ways.length)} />
          <Total label={t('egress')} value={bitrate(egressBps)} />
          <Total label={t('protocol')} value={String(mesh.protocol ?? '')} />
        </Totals>
      )}
      <div className={styles.overview}>
        <OperatorsMap edges={edges} ways={ways} />
        <EventList titles={meetings.value?.titles} onMeeting={lookAt} />
      </div>
      <EdgesTable edges={edges} />
      <LinksTable ways={ways} />
      <MeetingExplorer ref={explorer} meetings={meetings} sought={sought} onSeek={setSought} />
    </>
  );
}
