import { type Meeting, TrackSource, type VisibleSizes } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Avatar } from '../design/avatar.tsx';
import { Icon } from '../design/icon.tsx';
import { VideoView } from '../design/video-view.tsx';
import { cx } from '../lib/cx.ts';
import { SignalBars } from '../quality/signal-bars.tsx';
import { useHands } from '../reactions/use-hands.ts';
import { TileMenu } from '../stage/tile-menu.tsx';
import { soundOf, volumeOf, volumes } from '../stage/volumes.ts';
import { ZoomButton } from '../stage/zoom-button.tsx';
import type { Place } from './layout.ts';
import { TilePathButton } from './tile-path.tsx';
import styles from './tile-view.module.css';
import type { Tile } from './tiles.ts';

export interface TileViewProps {
  tile: Tile;
  place: Place;
  /** Which of those on the stage it is, from 0, for who goes from one to the next. */
  order: number;
  /** It is what matters now, rather than one of many. */
  large: boolean;
  meeting: Meeting;
  sizes: VisibleSizes;
}

/** One picture on the stage, with all one can do about it. */
export function TileView({ tile, place, order, large, meeting, sizes }: TileViewProps) {
  const { t } = useTranslation('stage');
  const element = useRef<HTMLDivElement>(null);
  const [zoomed, setZoomed] = useState(false);
  const { trackId } = tile;
  useEffect(() => {
    if (trackId !== null && element.current !== null) return sizes.observe(trackId, element.current);
    return undefined;
  }, [sizes, trackId]);
  const name = useName(tile);
  const isScreen = tile.source === TrackSource.SCREEN;
  const raised = useHands(meeting).some(({ participantId }) => participantId === tile.participantId);
  const mutedForMe = useStore(volumes, (all) => volumeOf(all, tile.participantId, soundOf(tile.source)).muted);
  return (
    <div ref={element} className={styles.place} style={{ ...placed(place), '--order': order }}>
      <figure
        className={cx(styles.tile, place.floats && styles.floats, tile.speaking && styles.speaking)}
        data-testid="tile"
        data-participant-id={tile.participantId}
        data-kind={tile.kind}
        data-large={large}
        data-source={isScreen ? 'screen' : 'camera'}
        data-speaking={tile.speaking}
      >
        <Picture tile={tile} name={name} zoomed={zoomed} />
        <TileMenu
          tile={tile}
          name={name}
          meeting={meeting}
          video={() => element.current?.querySelector('video') ?? null}
        />
        {isScreen && tile.media !== null && <ZoomButton zoomed={zoomed} onZoom={setZoomed} />}
        {trackId !== null && <TilePathButton meeting={meeting} trackId={trackId} name={name} />}
        <figcaption className={styles.caption}>
          {!isScreen && tile.silent && (
            <span className={styles.muted} role="img" aria-label={t('microphoneOff')}>
              <Icon name="microphoneOff" size={16} />
            </span>
          )}
          {!isScreen && raised && (
            <span className={styles.mark} role="img" aria-label={t('handRaised')} data-testid="raised-hand">
              <Icon name="hand" size={16} />
            </span>
          )}
          {mutedForMe && (
            <span className={styles.muted} role="img" aria-label={t('mutedForMe')} data-testid="muted-for-me">
              <Icon name="soundOff" size={16} />
            </span>
          )}
          {!isScreen && tile.spotlit && (
            <span className={styles.mark} role="img" aria-label={t('inSpotlight')}>
              <Icon name="star" size={14} />
            </span>
          )}
          <span className={styles.name} dir="auto" title={name}>
            {isScreen ? name : tile.name}
          </span>
          {!isScreen && tile.kind === 'self' && <span className={styles.self}>{t('yourself')}</span>}
          {!isScreen && tile.quality !== undefined && <SignalBars score={tile.quality} />}
          {!tile.connected && <span className={styles.away}>{t('reconnecting')}</span>}
        </figcaption>
      </figure>
    </div>
  );
}

function placed({ start, top, width, height, hidden = 0 }: Place) {
  return {
    '--start': `${start}px`,
    '--top': `${top}px`,
    '--width': `${width}px`,
    '--height': `${height}px`,
    '--hidden': `${hidden}px`,
  };
}

function Picture({ tile, name, zoomed }: { tile: Tile; name: string; zoomed: boolean }) {
  const isScreen = tile.source === TrackSource.SCREEN;
  const nobody = (
    <div className={styles.none}>
      <Avatar name={tile.name} />
    </div>
  );
  if (tile.media === null) return nobody;
  const video = (
    <VideoView track={tile.media} label={name} mirrored={tile.kind === 'self' && !isScreen} whole={isScreen} />
  );
  // A video is transparent until its first frame.
  if (!isScreen)
    return (
      <>
        {nobody}
        <div className={styles.picture}>{video}</div>
      </>
    );
  return (
    <section className={cx(styles.screen, zoomed && styles.zoomed)} aria-label={name} tabIndex={zoomed ? 0 : undefined}>
      {video}
    </section>
  );
}

function useName({ name, kind, source }: Tile): string {
  const { t } = useTranslation('stage');
  if (source === TrackSource.SCREEN) return kind === 'self' ? t('yourScreen') : t('screenOf', { name });
  return kind === 'self' ? t('you', { name }) : name;
}
