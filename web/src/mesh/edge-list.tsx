import type { MeshEdge } from '@canopy/client';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { bitrate, count, percent } from '../lib/format.ts';
import { DrainProgress } from './drain-progress.tsx';
import styles from './edge-list.module.css';
import type { Flow } from './links.ts';

const stateNames: Record<MeshEdge['state'], string> = {
  ready: 'Ready',
  draining: 'Draining',
  quarantined: 'Quarantined: media does not get through',
  dead: 'Not answering',
};

export function EdgeList({ edges, flows }: { edges: readonly MeshEdge[]; flows: readonly Flow[] }) {
  return (
    <ul className={styles.list} aria-label="Edges">
      {edges.map((edge) => (
        <EdgeCard key={edge.id} edge={edge} incoming={flows.filter(({ to }) => to.id === edge.id)} />
      ))}
    </ul>
  );
}

function EdgeCard({ edge, incoming }: { edge: MeshEdge; incoming: readonly Flow[] }) {
  const regions = useRegions();
  const name = regionName(regions, edge.region);
  return (
    <li className={styles.card} data-testid="mesh-edge" data-edge-id={edge.id}>
      <header>
        <div>
          <h2>{name}</h2>
          <p>{edge.id}</p>
        </div>
        <span className={cx(styles.state, styles[edge.state])}>{stateNames[edge.state]}</span>
      </header>
      <meter className={styles.load} aria-label={`Load of ${name}`} min={0} max={1} value={Math.min(1, edge.load)} />
      <p className={styles.facts}>
        <span>{percent(edge.load)} load</span>
        <span>{count(edge.sessions, 'person', 'people')}</span>
        <span>{bitrate(edge.egressBps)} out</span>
      </p>
      {edge.state === 'draining' && <DrainProgress edgeId={edge.id} name={name} />}
      {incoming.length > 0 && (
        <ul className={styles.incoming}>
          {incoming.map(({ from, tracks, bitrateBps }) => (
            <li key={from.id} data-testid="mesh-link" data-parent={from.id} data-child={edge.id}>
              <span>← {regionName(regions, from.region)}</span>
              <span>
                {count(tracks, 'track')} · {bitrate(bitrateBps)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
