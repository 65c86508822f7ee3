import type { MeshEdge } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { arc, place } from '../map/projection.ts';
import { WorldMap } from '../map/world-map.tsx';
import type { Flow } from './links.ts';
import styles from './mesh-map.module.css';

export function MeshMap({ edges, flows }: { edges: readonly MeshEdge[]; flows: readonly Flow[] }) {
  const { t } = useTranslation('mesh');
  const counts = { edges: t('edges', { count: edges.length }), links: t('links', { count: flows.length }) };
  return (
    <WorldMap label={t('mapLabel', counts)}>
      {flows.map((flow) => (
        <FlowArc key={`${flow.from.id}>${flow.to.id}`} flow={flow} />
      ))}
      {edges.map((edge) => (
        <EdgeMark key={edge.id} edge={edge} />
      ))}
    </WorldMap>
  );
}

/** Nothing for an edge whose place nobody knows; the list has it. */
function FlowArc({ flow: { from, to, tracks } }: { flow: Flow }) {
  if (from.location === undefined || to.location === undefined) return null;
  const line = arc(from.location, to.location);
  return (
    <g>
      <path className={styles.track} d={line} />
      <path className={styles.flow} d={line} style={{ '--width': `${1.6 + Math.min(3, tracks * 0.4)}px` }} />
    </g>
  );
}

const ringRadius = 10;
const ringLength = 2 * Math.PI * ringRadius;

/** A dot with a ring that fills with its load. */
function EdgeMark({ edge }: { edge: MeshEdge }) {
  const { t } = useTranslation('mesh');
  const regions = useRegions();
  if (edge.location === undefined) return null;
  const [x, y] = place(edge.location);
  const filled = Math.min(1, edge.load) * ringLength;
  return (
    <g className={styles[edge.state]} transform={`translate(${x} ${y})`}>
      <circle className={styles.halo} r={ringRadius + 3} />
      <circle className={styles.ring} r={ringRadius} />
      <circle
        className={styles.load}
        r={ringRadius}
        strokeDasharray={`${filled} ${ringLength}`}
        transform="rotate(-90)"
      />
      <circle className={styles.dot} r="5" />
      <text className={styles.name} y="-17" textAnchor="middle">
        {regionName(regions, edge.region)}
      </text>
      {edge.sessions > 0 && (
        <text className={styles.sessions} y="28" textAnchor="middle">
          {t('people', { count: edge.sessions })}
        </text>
      )}
    </g>
  );
}
