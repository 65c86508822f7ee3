import type { Region } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { place } from './projection.ts';
import styles from './region-map.module.css';
import { WorldMap } from './world-map.tsx';

/** Where there are edges: the picture of the home page. */
export default function RegionMap({ regions }: { regions: readonly Region[] }) {
  const { t } = useTranslation('mesh');
  return (
    <WorldMap label={t('edgesIn', { names: regions.map(({ name }) => name).join(', ') })}>
      {regions.map((region, index) => {
        const [x, y] = place(region);
        return (
          <g key={region.id} transform={`translate(${x} ${y})`}>
            <circle className={styles.pulse} r="15" style={{ animationDelay: `${index * 0.6}s` }} />
            <circle className={styles.dot} r="5" />
            <text className={styles.name} y="-14" textAnchor="middle">
              {region.name}
            </text>
          </g>
        );
      })}
    </WorldMap>
  );
}
