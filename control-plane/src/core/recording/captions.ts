import { cleanText } from '../meeting/text.ts';
import type { Placed, Tile } from './composition.ts';

/** How wide a character is, in parts of the font's size; undefined: no font has it. */
export type WidthOf = (character: string) => number | undefined;

/** A name, as it is written into tiles of one size. */
export interface Caption {
  text: string;
  fontSize: number;
  /** It stands on a card, where there is no picture. */
  isOfCard: boolean;
  places: readonly Placed[];
}

/** Between the edge of a tile and a caption, with the box around it. */
export const captionMargin = 14;
/** Of the box around a caption. */
export const captionPadding = 7;

const ellipsis = '…';
const mostCharacters = 200;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The names of those who are seen, by the ids of participants. Who has none that can be written is seen without. */
export function captionsOf(placed: readonly Placed[], names: ReadonlyMap<string, string>, widthOf: WidthOf): Caption[] {
  const alike = Map.groupBy(placed, ({ partId, participantId, tile }) => {
    return `${participantId} ${partId === undefined} ${tile.width} ${tile.height}`;
  });
  return [...alike.values()].flatMap((places) => {
    const [first] = places;
    const name = first?.participantId === undefined ? undefined : names.get(first.participantId);
    if (first === undefined || name === undefined) return [];
    const isOfCard = first.partId === undefined;
    const fontSize = fontSizeIn(first.tile, isOfCard);
    const text = fitted(name, (first.tile.width - 2 * captionMargin) / fontSize, widthOf);
    return text === '' ? [] : [{ text, fontSize, isOfCard, places }];
  });
}

function fontSizeIn({ height }: Tile, isOfCard: boolean): number {
  const [part, least, most] = isOfCard ? [1 / 10, 18, 44] : [1 / 28, 14, 24];
  return Math.round(Math.min(most, Math.max(least, height * part)));
}

/** Of a name what fonts have, cut where it is wider than `most` sizes of the font. */
function fitted(name: string, most: number, widthOf: WidthOf): string {
  const wide = [...graphemes.segment(name)].flatMap(({ segment }) => {
    const widths = Array.from(segment, widthOf);
    const width = widths.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    return widths.includes(undefined) ? [] : [{ segment, width }];
  });
  let reached = 0;
  const ends = wide.map(({ width }) => {
    reached += width;
    return reached;
  });
  const all = wide.map(({ segment }) => segment);
  if (reached <= most) return cleanText(all.join(''), mostCharacters);
  const room = most - (widthOf(ellipsis) ?? 0);
  const kept = cleanText(all.slice(0, ends.filter((end) => end <= room).length).join(''), mostCharacters);
  return `${kept}${ellipsis}`;
}
