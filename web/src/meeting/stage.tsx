import { type Meeting, type MeetingView, TrackSource, type VisibleSizes } from '@canopy/client';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Icon } from '../design/icon.tsx';
import { arrange } from '../stage/arrange.ts';
import { Pager } from '../stage/pager.tsx';
import { stage, tellShown } from '../stage/stage-store.ts';
import { useSpeakerOrder } from '../stage/use-speaker-order.ts';
import { type Box, capacityOf, placesIn, placesOfTwo } from './layout.ts';
import styles from './stage.module.css';
import { TileView } from './tile-view.tsx';
import { isPair, type Tile } from './tiles.ts';

export interface StageProps {
  meeting: Meeting;
  view: MeetingView;
  /** In the order in which they are read where browsers know of no other than that of elements, wherever they stand. */
  tiles: readonly Tile[];
  sizes: VisibleSizes;
}

/** Everybody in pages of a grid; or what matters now, with the people beside it, in pages as well. Whoever stays on the page stays the same element, which glides to its new place. */
export function Stage({ meeting, view, tiles, sizes }: StageProps) {
  const { t } = useTranslation('stage');
  const choice = useStore(stage);
  const container = useRef<HTMLDivElement>(null);
  const box = useBox(container);
  const measured = box.width > 0;
  const capacity = capacityOf(box);
  const { order, speaker } = useSpeakerOrder(view, choice.large ? capacity.strip : capacity.grid);
  const spotlit = new Set(tiles.filter((tile) => tile.spotlit).map(({ participantId }) => participantId));
  const taken = tiles.filter((tile) => tile.spotlit || tile.source === TrackSource.SCREEN).map(({ key }) => key);
  const { focus, others, page, pages } = arrange(tiles, {
    choice,
    order,
    speaker,
    spotlit,
    page: choice.page,
    capacity,
  });
  const large = focus.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that is not there is put right as well, and the same tiles are the same
  useEffect(() => {
    if (measured) tellShown({ large, taken, page });
  }, [measured, large, taken.join(), page, choice.page]);
  const shown = [...focus, ...others];
  const two = !large && pages === 1 && !choice.everybody && isPair(others);
  const places = two ? placesOfTwo(box) : placesIn(box, focus.length, others.length);
  const screen = focus.some(({ source }) => source === TrackSource.SCREEN);
  const shows = large ? (screen ? 'screen-view' : 'speaker-view') : undefined;
  return (
    <div className={styles.stage}>
      <div ref={container} className={styles.tiles} data-testid={shows}>
        {measured && shown.length === 0 && <Empty hidden={tiles.length > 0} />}
        {measured &&
          tiles.map((tile) => {
            const order = shown.indexOf(tile);
            const place = places[order];
            if (place === undefined) return null;
            return (
              <TileView
                key={tile.key}
                tile={tile}
                place={place}
                order={order}
                large={focus.includes(tile)}
                meeting={meeting}
                sizes={sizes}
              />
            );
          })}
      </div>
      {measured && <Pager label={t('pages')} page={page} pages={pages} onTurn={(to) => stage.setState({ page: to })} />}
    </div>
  );
}

/** The size of an element; zero until it is known. */
function useBox(container: RefObject<HTMLElement | null>): Box {
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    const measure = () => {
      const { width, height } = element.getBoundingClientRect();
      if (width > 0) setBox({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [container]);
  return box;
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
