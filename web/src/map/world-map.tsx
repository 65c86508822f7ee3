import type { ReactNode } from 'react';
import { landPath, mapSize } from './projection.ts';
import styles from './world-map.module.css';

/** The world; children are SVG drawn over it, in the units of `mapSize`. */
export function WorldMap({ label, children }: { label: string; children: ReactNode }) {
  return (
    <svg className={styles.map} viewBox={`0 0 ${mapSize.width} ${mapSize.height}`} role="img" aria-label={label}>
      <path className={styles.land} d={landPath} />
      {children}
    </svg>
  );
}
