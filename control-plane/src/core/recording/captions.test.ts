import { expect, it } from 'vitest';
import { captionsOf } from './captions.ts';
import type { Placed, Tile } from './composition.ts';

/** A font in which each character is half as wide as it is high, and which has no others than these. */
const widthOf = (character: string) => (/[\p{Script=Latin}…' -]/u.test(character) ? 0.5 : undefined);
const small: Tile = { x: 0, y: 576, width: 256, height: 144 };
const large: Tile = { x: 0, y: 0, width: 1_280, height: 576 };

function seen(
  participantId: string | undefined,
  tile: Tile,
  from: number,
  partId: string | undefined = 'part',
): Placed {
  return { partId, participantId, tile, from, to: from + 1 };
}

const written = (name: string, tile: Tile) =>
  captionsOf([seen('a', tile, 0)], new Map([['a', name]]), widthOf).map(({ text }) => text);

it('writes a name once for each size, and apart on a card', () => {
  const placed = [seen('a', small, 0), seen('a', large, 1), seen('a', { ...small, x: 256 }, 2)];
  const captions = captionsOf(
    [...placed, { ...seen('a', large, 3), partId: undefined }],
    new Map([['a', 'Ada']]),
    widthOf,
  );
  expect(captions.map(({ text, isOfCard, places }) => [text, isOfCard, places.map(({ from }) => from)])).toEqual([
    ['Ada', false, [0, 2]],
    ['Ada', false, [1]],
    ['Ada', true, [3]],
  ]);
});

it('cuts a name that is wider than its tile', () => {
  const long = 'Jean-Baptiste '.repeat(6).trim();
  const [cut = ''] = written(long, small);
  expect(long.startsWith(cut.slice(0, -1))).toBe(true);
  // 256 px without margins of 14 px, 7 px for each character.
  expect(cut.length).toBeLessThanOrEqual(32);
  expect(cut).toMatch(/.{30}…$/);
  expect(written(long, large)).toEqual([long]);
});

it('leaves out what no font has', () => {
  expect(written('Ada 王\n小明', large)).toEqual(['Ada']);
  expect(written('王小明', large)).toEqual([]);
});

it('writes nothing where nobody is known', () => {
  expect(captionsOf([seen(undefined, large, 0), seen('b', large, 0)], new Map([['a', 'Ada']]), widthOf)).toEqual([]);
});
