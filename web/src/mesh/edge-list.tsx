import type { MeshEdge } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { bitrate, percent } from '../lib/format.ts';
import { DrainProgress } from './drain-progress.tsx';
import styles from './edge-list.module.css';
import type { Flow } from './links.ts';

export function EdgeList({ edges, flows }: { edges: readonly MeshEdge[]; flows: readonly Flow[] }) {
  const { t } = useTranslation('mesh');
  return (
    <ul className={styles.list} aria-label={t('list')}>
      {edges.map((edge) => (
        <EdgeCard key={edge.id} edge={edge} incoming={flows.filter(({ to }) => to.id === edge.id)} />
      ))}
    </ul>
  );
}

function EdgeCard({ edge, incoming }: { edge: MeshEdge; incoming: readonly Flow[] }) {
  const { t } = useTranslation('mesh');
  const regions = useRegions();
  const name = regionName(regions, edge.region);
  return (
    <li className={styles.card} data-testid="mesh-edge" data-edge-id={edge.id}>
      <header>
        <div>
          <h2>{name}</h2>
          <p>{edge.id}</p>
        </div>
        <span className={cx(styles.state, styles[edge.state])}>{t(edge.state)}</span>
      </header>
      <meter
        className={styles.load}
        aria-label={t('loadOf', { name })}
        min={0}
        max={1}
        value={Math.min(1, edge.load)}
      />
      <p className={styles.facts}>
        <span>{t(edge.networkBound === true ? 'networkLoad' : 'load', { share: percent(edge.load) })}</span>
        <span>{t('people', { count: edge.sessions })}</span>
        <span>{t('out', { rate: bitrate(edge.egressBps) })}</span>
      </p>
      {edge.state === 'draining' && <DrainProgress edgeId={edge.id} name={name} />}
      {incoming.length > 0 && (
        <ul className={styles.incoming}>
          {incoming.map(({ from, tracks, bitrateBps }) => (
            <li key={from.id} data-testid="mesh-link" data-parent={from.id} data-child={edge.id}>
              <span>{`← ${regionName(regions, from.region)}`}</span>
              <span>{`${t('tracks', { count: tracks })} · ${bitrate(bitrateBps)}`}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
