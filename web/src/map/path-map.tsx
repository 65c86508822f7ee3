import type { Region } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import styles from './path-map.module.css';
import { arc, place } from './projection.ts';
import { WorldMap } from './world-map.tsx';

/** The way of one track over the mesh, from the first region to the last. */
export default function PathMap({ hops }: { hops: readonly Region[] }) {
  const { t } = useTranslation('mesh');
  const names = hops.map(({ name }) => name).join(t('wayBetween'));
  return (
    <WorldMap label={t('way', { names })}>
      {hops.slice(1).map((to, index) => {
        const from = hops[index];
        return from === undefined ? null : <path key={to.id} className={styles.hop} d={arc(from, to)} />;
      })}
      {hops.map((hop, index) => {
        const [x, y] = place(hop);
        const end = index === 0 || index === hops.length - 1;
        return <circle key={hop.id} className={end ? styles.end : styles.relay} cx={x} cy={y} r={end ? 13 : 10} />;
      })}
    </WorldMap>
  );
}
