import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { arc, place } from '../map/projection.ts';
import { WorldMap } from '../map/world-map.tsx';
import { healths, type Way, widthOf } from './link-health.ts';
import styles from './operators-map.module.css';
import type { RegionOfEdges } from './regions.ts';

/** Regions as dots with their people, ways between them as lines: wide for much, dashed for what is not well. */
export function OperatorsMap({ regions, ways }: { regions: readonly RegionOfEdges[]; ways: readonly Way[] }) {
  const { t } = useTranslation('operators');
  const between = ways.filter(({ from, to }) => from.region !== to.region);
  return (
    <section className={styles.section} aria-label={t('map')}>
      <WorldMap label={t('mapLabel', { count: regions.length, links: between.length })}>
        {between.map((way) => (
          <WayLine key={`${way.from.id}>${way.to.id}`} way={way} />
        ))}
        {regions.map((region) => (
          <RegionMark key={region.id} region={region} />
        ))}
      </WorldMap>
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

/** A dot with a ring that fills with its load; what is wrong also stands below in words. */
function RegionMark({ region }: { region: RegionOfEdges }) {
  const { t } = useTranslation('operators');
  const names = useRegions();
  const { id, state, load, sessions, location } = region;
  const [x, y] = place(location);
  const filled = Math.min(1, load) * ringLength;
  const notes = [
    ...(sessions > 0 ? [t('personCount', { count: sessions })] : []),
    ...(state === 'ready' ? [] : [t(state)]),
  ];
  return (
    <g className={styles[state]} transform={`translate(${x} ${y})`}>
      <circle className={styles.halo} r={ringRadius + 3} />
      <circle className={styles.ring} r={ringRadius} />
      <circle
        className={styles.load}
        r={ringRadius}
        strokeDasharray={`${filled} ${ringLength}`}
        transform="rotate(-90)"
      />
      {state === 'ready' ? (
        <circle className={styles.dot} r="5" />
      ) : (
        <rect className={styles.dot} x="-5" y="-5" width="10" height="10" />
      )}
      <text className={styles.name} y="-17" textAnchor="middle">
        {regionName(names, id)}
      </text>
      <text className={styles.note} y="28" textAnchor="middle">
        {notes.join(' · ')}
      </text>
    </g>
  );
}
