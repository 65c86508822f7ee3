import { type Meeting, TrackSource } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../design/icon.tsx';
import { type Box, gridLayout } from './layout.ts';
import styles from './stage.module.css';
import { TileView } from './tile-view.tsx';
import type { Tile } from './tiles.ts';
import type { VisibleSizes } from './visible-sizes.ts';

const gap = 12;

export interface StageProps {
  meeting: Meeting;
  tiles: readonly Tile[];
  sizes: VisibleSizes;
}

/** Everybody in a grid; when a screen is shared it takes the stage and people stand beside it. */
export function Stage({ meeting, tiles, sizes }: StageProps) {
  const screens = tiles.filter(({ source }) => source === TrackSource.SCREEN);
  const people = tiles.filter(({ source }) => source !== TrackSource.SCREEN);
  if (tiles.length === 0) return <Empty />;
  if (screens.length === 0) return <GridOf tiles={people} meeting={meeting} sizes={sizes} />;
  return (
    <div className={styles.spotlight}>
      <GridOf tiles={screens} meeting={meeting} sizes={sizes} />
      <div className={styles.strip}>
        {people.map((tile) => (
          <TileView key={tile.key} tile={tile} meeting={meeting} sizes={sizes} />
        ))}
      </div>
    </div>
  );
}

function GridOf({ tiles, meeting, sizes }: StageProps) {
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => entry && setBox(entry.contentRect));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { columns, tile: size } = gridLayout(tiles.length, box, gap);
  return (
    <div ref={container} className={styles.container}>
      <div
        className={styles.grid}
        style={{ '--columns': columns, '--tile-width': `${size.width}px`, '--tile-height': `${size.height}px` }}
      >
        {tiles.map((tile) => (
          <TileView key={tile.key} tile={tile} meeting={meeting} sizes={sizes} />
        ))}
      </div>
    </div>
  );
}

function Empty() {
  return (
    <div className={styles.empty}>
      <Icon name="camera" size={32} />
      <p>Nobody is on stage yet. It starts here as soon as the host arrives.</p>
    </div>
  );
}
