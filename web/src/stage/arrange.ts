import { TrackSource } from '@canopy/client';
import { paged } from '../lib/paged.ts';
import type { Capacity } from '../meeting/layout.ts';
import type { Tile } from '../meeting/tiles.ts';

/** How a person wants to see the meeting. */
export interface StageChoice {
  layout: 'grid' | 'speaker';
  /** Of one's own choice, shown large. */
  pinned: string | null;
  /** Wants to see all alike, though screens or a spotlight take the stage. */
  everybody: boolean;
  /** Without those who have no picture. */
  hideWithoutVideo: boolean;
  showSelf: boolean;
}

export interface Arrangement {
  /** Shown large; empty: everybody is equal. */
  focus: Tile[];
  /** The page of those beside the focus, or of the grid. */
  others: Tile[];
  /** The page shown, from 0, and how many there are. */
  page: number;
  pages: number;
}

export interface ArrangeOptions {
  choice: StageChoice;
  /** Participant ids, those first who are to be seen first. */
  order: readonly string[];
  /** Whom the speaker view shows. */
  speaker: string | null;
  /** Participant ids that a host put before everybody's eyes. */
  spotlit: ReadonlySet<string>;
  /** Page wished for; one that is not there becomes the last. */
  page: number;
  capacity: Capacity;
}

/**
 * Who stands where. The focus is, in this order: whom this person pinned, nobody if they chose to see everybody, shared screens, whom a host put in the spotlight, in the speaker view whoever speaks. Without any of them all stand in a grid. Those who are not the focus stand in pages.
 */
export function arrange(tiles: readonly Tile[], options: ArrangeOptions): Arrangement {
  const { choice, order } = options;
  const shown = inOrder(
    tiles.filter((tile) => isShown(tile, choice)),
    order,
  );
  const focus = focusOf(shown, options);
  const others = shown.filter((tile) => !focus.includes(tile));
  const perPage = focus.length > 0 ? options.capacity.strip : options.capacity.grid;
  const { items, page, pages } = paged(selfOnFirstPage(others, perPage), options.page, perPage);
  return { focus, others: items, page, pages };
}

/** Oneself is to be found without turning pages: last on the first one. */
function selfOnFirstPage(tiles: Tile[], perPage: number): Tile[] {
  const others = tiles.filter(({ kind }) => kind !== 'self');
  const self = tiles.filter(({ kind }) => kind === 'self');
  const before = Math.max(1, perPage - self.length);
  return [...others.slice(0, before), ...self, ...others.slice(before)];
}

function isShown(tile: Tile, { hideWithoutVideo, showSelf, pinned }: StageChoice): boolean {
  if (tile.source === TrackSource.SCREEN || tile.participantId === pinned) return true;
  if (tile.kind === 'self') return showSelf;
  return !hideWithoutVideo || tile.hasVideo;
}

function focusOf(tiles: Tile[], { choice, speaker, spotlit }: ArrangeOptions): Tile[] {
  const screens = tiles.filter(({ source }) => source === TrackSource.SCREEN);
  const cameras = tiles.filter(({ source }) => source !== TrackSource.SCREEN);
  const pinned = cameras.filter(({ participantId }) => participantId === choice.pinned);
  if (pinned.length > 0) return pinned;
  if (choice.everybody) return [];
  if (screens.length > 0) return screens;
  const inSpotlight = cameras.filter(({ participantId }) => spotlit.has(participantId));
  if (inSpotlight.length > 0 || choice.layout === 'grid') return inSpotlight;
  const speaking = cameras.find(({ participantId }) => participantId === speaker) ?? cameras[0];
  return speaking === undefined ? [] : [speaking];
}

/** Those not named come after those who are, as they were; oneself stays last. */
function inOrder(tiles: Tile[], order: readonly string[]): Tile[] {
  const place = new Map(order.map((id, index) => [id, index]));
  const rank = (tile: Tile) =>
    tile.kind === 'self' ? Number.MAX_SAFE_INTEGER : (place.get(tile.participantId) ?? order.length);
  return tiles.sort((a, b) => rank(a) - rank(b));
}
