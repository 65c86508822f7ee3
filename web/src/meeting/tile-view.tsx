import { type Meeting, TrackSource } from '@canopy/client';
import { useEffect, useRef } from 'react';
import { Avatar } from '../design/avatar.tsx';
import { Icon } from '../design/icon.tsx';
import { VideoView } from '../design/video-view.tsx';
import { cx } from '../lib/cx.ts';
import { TilePathButton } from './tile-path.tsx';
import styles from './tile-view.module.css';
import type { Tile } from './tiles.ts';
import type { VisibleSizes } from './visible-sizes.ts';

export interface TileViewProps {
  tile: Tile;
  meeting: Meeting;
  sizes: VisibleSizes;
}

export function TileView({ tile, meeting, sizes }: TileViewProps) {
  const element = useRef<HTMLElement>(null);
  const { trackId } = tile;
  useEffect(() => {
    if (trackId !== null && element.current !== null) return sizes.observe(trackId, element.current);
    return undefined;
  }, [sizes, trackId]);
  const name = nameOf(tile);
  return (
    <figure
      ref={element}
      className={cx(styles.tile, tile.speaking && styles.speaking)}
      data-testid="tile"
      data-participant-id={tile.participantId}
      data-kind={tile.kind}
      data-source={tile.source === TrackSource.SCREEN ? 'screen' : 'camera'}
    >
      <Picture tile={tile} name={name} />
      {trackId !== null && <TilePathButton meeting={meeting} trackId={trackId} name={name} />}
      <figcaption className={styles.caption}>
        {tile.source === TrackSource.CAMERA && tile.silent && (
          <span className={styles.muted} role="img" aria-label="Microphone off">
            <Icon name="microphoneOff" size={16} />
          </span>
        )}
        <span className={styles.name}>{name}</span>
        {!tile.connected && <span className={styles.away}>reconnecting…</span>}
      </figcaption>
    </figure>
  );
}

function Picture({ tile, name }: { tile: Tile; name: string }) {
  const isScreen = tile.source === TrackSource.SCREEN;
  if (tile.media === null) {
    return (
      <div className={styles.none}>
        <Avatar id={tile.participantId} name={tile.name} />
      </div>
    );
  }
  return <VideoView track={tile.media} label={name} mirrored={tile.kind === 'self' && !isScreen} whole={isScreen} />;
}

function nameOf({ name, kind, source }: Tile): string {
  if (source === TrackSource.SCREEN) return kind === 'self' ? 'Your screen' : `${name}’s screen`;
  return kind === 'self' ? `${name} (you)` : name;
}
