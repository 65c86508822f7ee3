import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { Page } from '../design/page.tsx';
import { Total, Totals } from '../design/totals.tsx';
import { api } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';
import { bitrate } from '../lib/format.ts';
import { usePolled } from '../lib/use-polled.ts';
import { EdgeList } from './edge-list.tsx';
import { flowsOf } from './links.ts';
import { MeetingPlans } from './meeting-plans.tsx';
import { MeshMap } from './mesh-map.tsx';
import styles from './mesh-page.module.css';

const loadMesh = () => api.getMesh();

/** `/mesh`: every edge, its load, and what flows between edges right now, where everybody may see that. */
export default function MeshPage() {
  const { t } = useTranslation('mesh');
  const config = useConfig();
  if (config.status === 'ready' && config.value.openAccess) return <LiveMesh />;
  return (
    <Page title={t('title')}>
      {config.status === 'loading' && <Loading />}
      {config.status === 'failed' && <ErrorNotice error={config.error} />}
      {config.status === 'ready' && <a href="/operators">{t('forOperators')}</a>}
    </Page>
  );
}

function LiveMesh() {
  const { t } = useTranslation('mesh');
  const { value: mesh, error } = usePolled(loadMesh);
  const edges = mesh?.edges ?? [];
  const flows = flowsOf(edges, mesh?.links ?? []);
  return (
    <Page title={t('title')} width="wide">
      {error !== null && <ErrorNotice error={error} />}
      {mesh === null && error === null && <Loading />}
      {mesh !== null && (
        <>
          <section className={styles.map} aria-label={t('map')}>
            <MeshMap edges={edges} flows={flows} />
          </section>
          <Totals>
            <Total
              label={t('edgesReady')}
              value={t('readyOf', { ready: edges.filter(({ state }) => state === 'ready').length, all: edges.length })}
            />
            <Total label={t('peopleConnected')} value={String(sum(edges.map(({ sessions }) => sessions)))} />
            <Total
              label={t('linksBetween')}
              value={`${flows.length}`}
              note={t('tracks', { count: sum(flows.map(({ tracks }) => tracks)) })}
            />
            <Total label={t('sent')} value={bitrate(sum(edges.map(({ egressBps }) => egressBps)))} />
          </Totals>
          <EdgeList edges={edges} flows={flows} />
          <MeetingPlans links={mesh.links} />
        </>
      )}
    </Page>
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
