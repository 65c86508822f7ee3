import { type Meeting, type MeetingView, TrackSource, type VisibleSizes } from '@canopy/client';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Icon } from '../design/icon.tsx';
import { cx } from '../lib/cx.ts';
import { arrange } from '../stage/arrange.ts';
import { Pager } from '../stage/pager.tsx';
import { stage, tellShown } from '../stage/stage-store.ts';
import { useSpeakerOrder } from '../stage/use-speaker-order.ts';
import { type Box, gridCapacity, gridLayout, stripCapacity } from './layout.ts';
import styles from './stage.module.css';
import { TileView } from './tile-view.tsx';
import type { Tile } from './tiles.ts';

const gap = 12;

export interface StageProps {
  meeting: Meeting;
  view: MeetingView;
  tiles: readonly Tile[];
  sizes: VisibleSizes;
}

/** Everybody in pages of a grid; or what matters now, with the people beside it, in pages as well. */
export function Stage({ meeting, view, tiles, sizes }: StageProps) {
  const { t } = useTranslation('stage');
  const choice = useStore(stage);
  // Unknown until it is measured.
  const [capacity, setCapacity] = useState<number | null>(null);
  const perPage = capacity ?? 1;
  const { order, speaker } = useSpeakerOrder(view, perPage);
  const spotlit = new Set(tiles.filter((tile) => tile.spotlit).map(({ participantId }) => participantId));
  const taken = tiles.filter((tile) => tile.spotlit || tile.source === TrackSource.SCREEN).map(({ key }) => key);
  const { focus, others, page, pages } = arrange(tiles, {
    choice,
    order,
    speaker,
    spotlit,
    page: choice.page,
    perPage,
  });
  const large = focus.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that is not there is put right as well, and the same tiles are the same
  useEffect(() => {
    if (capacity !== null) tellShown({ large, taken, page });
  }, [capacity, large, taken.join(), page, choice.page]);
  const props = { meeting, sizes };
  const alone = others.length === 0;
  const screen = focus.some(({ source }) => source === TrackSource.SCREEN);
  return (
    <div className={styles.stage}>
      {large ? (
        <div
          className={cx(styles.spotlight, alone && styles.alone)}
          data-testid={screen ? 'screen-view' : 'speaker-view'}
        >
          <GridOf tiles={focus} {...props} />
          <Places
            className={cx(styles.strip, alone && styles.vacant)}
            capacityOf={stripCapacity}
            onCapacity={setCapacity}
          >
            {others.map((tile) => (
              <TileView key={tile.key} tile={tile} {...props} />
            ))}
          </Places>
        </div>
      ) : (
        <Places className={styles.measured} capacityOf={gridCapacity} onCapacity={setCapacity}>
          {others.length === 0 ? <Empty hidden={tiles.length > 0} /> : <GridOf tiles={others} {...props} />}
        </Places>
      )}
      {capacity !== null && (
        <Pager label={t('pages')} page={page} pages={pages} onTurn={(to) => stage.setState({ page: to })} />
      )}
    </div>
  );
}

interface PlacesProps {
  className: string | undefined;
  capacityOf: (box: Box, gap: number) => number;
  /** Told how many fit, as soon as that is known and whenever it changes. */
  onCapacity: (capacity: number) => void;
  children: ReactNode;
}

/** Room for the tiles of one page. */
function Places({ className, capacityOf, onCapacity, children }: PlacesProps) {
  const container = useRef<HTMLDivElement>(null);
  const box = useBox(container);
  const capacity = box.width === 0 ? null : capacityOf(box, gap);
  useEffect(() => {
    if (capacity !== null) onCapacity(capacity);
  }, [capacity, onCapacity]);
  return (
    <div ref={container} className={className}>
      {children}
    </div>
  );
}

/** The size of an element that may come and go; zero until it is known. */
function useBox(container: RefObject<HTMLDivElement | null>): Box {
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  useEffect(() => {
    if (container.current !== null) setElement(container.current);
  });
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setBox(entry.contentRect);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return box;
}

function GridOf({ tiles, meeting, sizes }: Omit<StageProps, 'view'>) {
  const container = useRef<HTMLDivElement>(null);
  const { columns, tile: size } = gridLayout(tiles.length, useBox(container), gap);
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

function Empty({ hidden }: { hidden: boolean }) {
  const { t } = useTranslation('stage');
  return (
    <div className={styles.empty}>
      <Icon name="camera" size={32} />
      <p>{t(hidden ? 'allHidden' : 'empty')}</p>
    </div>
  );
}
