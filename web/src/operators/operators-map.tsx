import type { MeshEdge } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { arc, place } from '../map/projection.ts';
import { WorldMap } from '../map/world-map.tsx';
import { healths, type Way, widthOf } from './link-health.ts';
import { MarkButton } from './mark-button.tsx';
import { useMarkNotes } from './mark-notes.ts';
import { type Mark, marksOf } from './marks.ts';
import styles from './operators-map.module.css';

/** Regions as marks that lead to their edges, ways between them as lines: wide for much, dashed for what is not well. */
export function OperatorsMap({ edges, ways }: { edges: readonly MeshEdge[]; ways: readonly Way[] }) {
  const { t } = useTranslation('operators');
  const marks = marksOf(edges);
  const regions = marks.reduce((sum, mark) => sum + mark.regions.length, 0);
  const between = ways.filter(({ from, to }) => from.region !== to.region);
  return (
    <section className={styles.section} aria-label={t('map')}>
      <div className={styles.board}>
        <WorldMap label={t('mapLabel', { count: regions, links: between.length })}>
          {between.map((way) => (
            <WayLine key={`${way.from.id}>${way.to.id}`} way={way} />
          ))}
          {marks.map((mark) => (
            <MarkPicture key={mark.id} mark={mark} />
          ))}
        </WorldMap>
        {marks.map((mark) => (
          <MarkButton key={mark.id} mark={mark} ways={ways} />
        ))}
      </div>
      <ul className={styles.legend} aria-label={t('legend')}>
        {healths.map((health) => (
          <li key={health}>
            <svg viewBox="0 0 40 8" aria-hidden="true">
              <path className={cx(styles.way, styles[health])} d="M2,4H38" style={{ '--width': '3px' }} />
            </svg>
            {t(health)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function WayLine({ way: { from, to, health, bitrateBps } }: { way: Way }) {
  if (from.location === undefined || to.location === undefined) return null;
  return (
    <path
      className={cx(styles.way, styles[health])}
      d={arc(from.location, to.location)}
      style={{ '--width': `${widthOf(bitrateBps)}px` }}
      data-testid="operators-way"
      data-health={health}
    />
  );
}

const ringRadius = 10;
const ringLength = 2 * Math.PI * ringRadius;

/** A dot in a ring that has a part for each edge, filled with its load; what is wrong also stands below in words. */
function MarkPicture({ mark }: { mark: Mark }) {
  const names = useRegions();
  const notes = useMarkNotes(mark);
  const { id, regions, state, location, edges } = mark;
  const [x, y] = place(location);
  const more = regions.length > 1 ? ` +${regions.length - 1}` : '';
  return (
    <g className={styles[state]} transform={`translate(${x} ${y})`}>
      <circle className={styles.halo} r={ringRadius + 3} />
      {edges.map((edge, index) => (
        <RingPart key={edge.id} edge={edge} index={index} of={edges.length} />
      ))}
      {state === 'ready' ? (
        <circle className={styles.dot} r="5" />
      ) : (
        <rect className={styles.dot} x="-5" y="-5" width="10" height="10" />
      )}
      <text className={styles.name} y="-17" textAnchor="middle">
        {`${regionName(names, id)}${more}`}
      </text>
      <text className={styles.note} y="28" textAnchor="middle">
        {notes.join(' · ')}
      </text>
    </g>
  );
}

function RingPart({ edge: { state, load }, index, of }: { edge: MeshEdge; index: number; of: number }) {
  const length = (of === 1 ? 1 : 0.8) * (ringLength / of);
  const filled = Math.min(1, load) * length;
  return (
    <g className={styles[state]} transform={`rotate(${(360 * index) / of - 90})`}>
      <circle className={styles.ring} r={ringRadius} strokeDasharray={`${length} ${ringLength}`} />
      <circle className={styles.load} r={ringRadius} strokeDasharray={`${filled} ${ringLength}`} />
    </g>
  );
}
