import type { PlanCascade } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { CascadeMap } from './cascade-map.tsx';
import { CascadeTree } from './cascade-tree-view.tsx';
import styles from './plan-view.module.css';
import { type PlanOnMesh, usePlan } from './use-plan.ts';

/** How everything that is published in a meeting travels, live: one tree for each edge that somebody publishes on. */
export function PlanView({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('mesh');
  const { value, error } = usePlan(meetingId);
  if (error !== null) return <ErrorNotice error={error} />;
  if (value === null) return <p className={styles.text}>{t('lookingUp')}</p>;
  const cascades = value.plan.cascades.filter(({ nodes }) => nodes.length > 0);
  if (cascades.length === 0) return <p className={styles.text}>{t('nothingTravels')}</p>;
  return (
    <div className={styles.cascades} data-testid="plan" data-epoch={value.plan.epoch}>
      {cascades.map((cascade) => (
        <CascadeView key={cascade.originEdgeId} cascade={cascade} edges={value.edges} />
      ))}
    </div>
  );
}

function CascadeView({ cascade, edges }: { cascade: PlanCascade; edges: PlanOnMesh['edges'] }) {
  const { t } = useTranslation('mesh');
  const regions = useRegions();
  const origin = edges.get(cascade.originEdgeId);
  const name = origin === undefined ? cascade.originEdgeId : regionName(regions, origin.region);
  return (
    <section className={styles.cascade} aria-label={t('from', { name })} data-testid="cascade">
      <h3>{t('from', { name })}</h3>
      <CascadeMap cascade={cascade} edges={edges} originName={name} />
      <CascadeTree cascade={cascade} edges={edges} />
    </section>
  );
}
