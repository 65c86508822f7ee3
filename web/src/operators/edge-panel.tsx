import type { MeshEdge } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { bitrate, percent } from '../lib/format.ts';
import { DrainProgress } from '../mesh/drain-progress.tsx';
import { DrainButton } from './drain-button.tsx';
import styles from './edge-panel.module.css';
import type { Way } from './link-health.ts';
import { StateSign } from './state-sign.tsx';

/** One edge as the map leads to it: its state, what it carries and from where to where, and what can be done to it. */
export function EdgePanel({ edge, ways }: { edge: MeshEdge; ways: readonly Way[] }) {
  const { t } = useTranslation('operators');
  const regions = useRegions();
  const { id, region, state, load, sessions, egressBps, protocol } = edge;
  return (
    <li className={styles.edge} data-testid="operators-panel-edge" data-edge-id={id} data-state={state}>
      <div className={styles.head}>
        <h3>{id}</h3>
        <StateSign state={state} />
        <DrainButton edge={edge} />
      </div>
      <dl className={styles.facts}>
        <Fact name={t('region')} value={regionName(regions, region)} />
        <Fact name={t('load')} value={percent(load)} />
        <Fact name={t('viewers')} value={String(sessions)} />
        <Fact name={t('sent')} value={bitrate(egressBps)} />
      </dl>
      {state === 'foreign' && <p className={styles.note}>{t('speaks', { version: protocol })}</p>}
      {state === 'draining' && <DrainProgress edgeId={id} name={id} />}
      <Links edgeId={id} ways={ways} />
    </li>
  );
}

/** To and from other edges; those of its region are here too, which the map does not draw. */
function Links({ edgeId, ways }: { edgeId: string; ways: readonly Way[] }) {
  const { t } = useTranslation('operators');
  const own = ways.filter(({ from, to }) => from.id === edgeId || to.id === edgeId);
  if (own.length === 0) return <p className={styles.note}>{t('noLinksOf')}</p>;
  return (
    <ul className={styles.links} aria-label={t('links')}>
      {own.map(({ from, to, health, bitrateBps }) => (
        <li key={`${from.id}>${to.id}`} data-testid="operators-panel-link">
          <span>{from.id === edgeId ? t('linkTo', { edge: to.id }) : t('linkFrom', { edge: from.id })}</span>
          <span className={styles.note}>{`${bitrate(bitrateBps)} · ${t(health)}`}</span>
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className={styles.note}>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
