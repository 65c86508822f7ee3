import { TrackSource } from '@canopy/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tile } from '../meeting/tiles.ts';
import { type ArrangeOptions, arrange, type StageChoice } from './arrange.ts';

function tile(participantId: string, fields: Partial<Tile> = {}): Tile {
  return {
    key: `${participantId}/${fields.source ?? TrackSource.CAMERA}`,
    participantId,
    kind: 'remote',
    source: TrackSource.CAMERA,
    name: participantId,
    trackId: participantId,
    media: null,
    hasVideo: true,
    silent: true,
    speaking: false,
    connected: true,
    quality: undefined,
    spotlit: false,
    ...fields,
  };
}

const choice: StageChoice = { layout: 'grid', pinned: null, everybody: false, hideWithoutVideo: false, showSelf: true };
const places = (perPage: number) => ({ capacity: { grid: perPage, strip: perPage } });
const options: ArrangeOptions = { choice, order: [], speaker: null, spotlit: new Set(), page: 0, ...places(4) };
const ids = (tiles: readonly Tile[]) => tiles.map(({ participantId }) => participantId);
const people = ['ada', 'ben', 'cleo'].map((id) => tile(id));

test('a grid has pages, of which each person is on exactly one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 25 }), (count, perPage) => {
      const crowd = Array.from({ length: count }, (_, index) => tile(`p${index}`));
      const { pages } = arrange(crowd, { ...options, ...places(perPage) });
      const all = Array.from(
        { length: pages },
        (_, page) => arrange(crowd, { ...options, ...places(perPage), page }).others,
      );
      expect(ids(all.flat())).toEqual(ids(crowd));
    }),
  );
});

test('beside a focus there are pages as well, of which each of the others is on exactly one', () => {
  const screen = tile('cleo', { source: TrackSource.SCREEN });
  const cases: [Tile[], Partial<ArrangeOptions>][] = [
    [[screen, ...people], {}],
    [people, { choice: { ...choice, pinned: 'ada' } }],
    [people, { spotlit: new Set(['ben']) }],
    [people, { choice: { ...choice, layout: 'speaker' }, speaker: 'cleo' }],
  ];
  for (const [tiles, more] of cases) {
    const at = (page: number) => arrange([...tiles], { ...options, ...more, ...places(1), page });
    const { focus, pages } = at(0);
    expect(focus).toHaveLength(1);
    expect(pages).toBe(tiles.length - 1);
    const others = Array.from({ length: pages }, (_, page) => at(page).others);
    expect(others.every(({ length }) => length === 1)).toBe(true);
    expect(new Set([...focus, ...others.flat()])).toEqual(new Set(tiles));
  }
});

test('a page is of the grid, or of those beside a focus', () => {
  const seen = { ...options, capacity: { grid: 3, strip: 1 } };
  expect(ids(arrange(people, seen).others)).toEqual(['ada', 'ben', 'cleo']);
  expect(ids(arrange(people, { ...seen, choice: { ...choice, pinned: 'ada' } }).others)).toEqual(['ben']);
});

test('oneself is last on the first page', () => {
  const tiles = [...people, tile('dan'), tile('me', { kind: 'self' })];
  expect(ids(arrange(tiles, { ...options, ...places(3) }).others)).toEqual(['ada', 'ben', 'me']);
  expect(ids(arrange(tiles, { ...options, ...places(3), page: 1 }).others)).toEqual(['cleo', 'dan']);
  expect(ids(arrange(tiles, { ...options, ...places(1) }).others)).toEqual(['ada']);
});

test('a page that is no longer there is the last one', () => {
  expect(arrange(people, { ...options, ...places(2), page: 9 })).toMatchObject({ page: 1, pages: 2 });
});

test('a pin of one’s own comes before a screen, that before a spotlight, that before who speaks', () => {
  const screen = tile('cleo', { source: TrackSource.SCREEN });
  const everything = { ...options, speaker: 'ada', spotlit: new Set(['ben']) };
  const speakerView: StageChoice = { ...choice, layout: 'speaker' };
  const focus = (tiles: Tile[], more: Partial<ArrangeOptions>) =>
    arrange(tiles, { ...everything, choice: speakerView, ...more }).focus;
  expect(focus([...people, screen], { choice: { ...speakerView, pinned: 'ada' } })).toEqual([people[0]]);
  expect(focus([...people, screen], {})).toEqual([screen]);
  expect(focus(people, {})).toEqual([people[1]]);
  expect(focus(people, { spotlit: new Set() })).toEqual([people[0]]);
});

test('who chose to see everybody sees screens and those in the spotlight among them, but a pin large', () => {
  const screen = tile('cleo', { source: TrackSource.SCREEN });
  const everything = { ...options, spotlit: new Set(['ben']) };
  const seen = arrange([...people, screen], { ...everything, choice: { ...choice, everybody: true } });
  expect(seen.focus).toEqual([]);
  expect(new Set(seen.others)).toEqual(new Set([...people, screen]));
  const pinned = arrange(people, { ...everything, choice: { ...choice, everybody: true, pinned: 'ada' } });
  expect(pinned.focus).toEqual([people[0]]);
});

test('who is pinned and left is not missed', () => {
  expect(arrange(people, { ...options, choice: { ...choice, pinned: 'gone' } }).focus).toEqual([]);
});

test('those without a picture can be hidden, and oneself too', () => {
  const tiles = [tile('ada', { hasVideo: false }), tile('ben'), tile('me', { kind: 'self', hasVideo: false })];
  expect(ids(arrange(tiles, { ...options, choice: { ...choice, hideWithoutVideo: true } }).others)).toEqual([
    'ben',
    'me',
  ]);
  expect(ids(arrange(tiles, { ...options, choice: { ...choice, showSelf: false } }).others)).toEqual(['ada', 'ben']);
});

test('those who spoke last are seen first, oneself last', () => {
  const tiles = [tile('me', { kind: 'self' }), ...people];
  expect(ids(arrange(tiles, { ...options, order: ['cleo', 'me'] }).others)).toEqual(['cleo', 'ada', 'ben', 'me']);
});
