import { Role, TrackSource } from '@canopy/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tile } from '../meeting/tiles.ts';
import { arrange, type StageChoice } from './arrange.ts';
import { placesOf } from './places.ts';
import { nobodyHeard, speakerOrder } from './speaker-order.ts';

const crowd = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'];

const meeting = fc.record({
  /** How many joined before oneself. */
  earlier: fc.nat(crowd.length),
  screenOf: fc.constantFrom(null, 'ada', 'me'),
  pinned: fc.constantFrom(null, 'ben', 'me'),
  layout: fc.constantFrom('grid', 'speaker'),
  showSelf: fc.boolean(),
  perPage: fc.integer({ min: 1, max: 10 }),
  speaking: fc.array(fc.constantFrom(...crowd), { minLength: 1, maxLength: 8 }),
});

type MeetingCase = typeof meeting extends fc.Arbitrary<infer T> ? T : never;

function tile(participantId: string, source: Tile['source']): Tile {
  const kind = participantId === 'me' ? 'self' : 'remote';
  const of = { key: `${participantId}/${source}`, participantId, kind, source, name: participantId } as const;
  const shown = { trackId: null, media: null, hasVideo: true, silent: false, speaking: false };
  return { ...of, ...shown, connected: true, quality: undefined, spotlit: false };
}

/** Who is seen without turning pages after each of `speaking` spoke for a while, one after the other. */
function seenIn({ earlier, screenOf, pinned, layout, showSelf, perPage, speaking }: MeetingCase): string[] {
  const people = crowd.toSpliced(earlier, 0, 'me');
  const participants = new Map(people.map((id) => [id, { id, role: Role.PANELIST }]));
  const { present, slots } = placesOf({ participants, selfId: 'me', showSelf, perPage });
  const looks = speaking.flatMap((id) => [id, id]);
  const { order, speaker } = looks.reduce(
    (state, id, index) => speakerOrder(state, present, new Set([id]), slots, index * 1_200),
    nobodyHeard,
  );
  const screens = screenOf === null ? [] : [tile(screenOf, TrackSource.SCREEN)];
  const tiles = [...screens, ...people.map((id) => tile(id, TrackSource.CAMERA))];
  // A screen beside a pin takes a place as well.
  const own = { pinned: screenOf === null ? pinned : null, everybody: false };
  const choice: StageChoice = { layout, ...own, hideWithoutVideo: false, showSelf };
  const capacity = { grid: perPage, strip: perPage };
  const { focus, others } = arrange(tiles, { choice, order, speaker, spotlit: new Set(), page: 0, capacity });
  return [...focus, ...others].filter(({ source }) => source === TrackSource.CAMERA).map((one) => one.participantId);
}

test('whoever speaks for a while is seen without turning pages, wherever oneself stands', () => {
  fc.assert(
    fc.property(meeting, (one) => {
      expect(seenIn(one)).toContain(one.speaking.at(-1));
    }),
  );
});

test('oneself takes a place of the first page only while one’s own tile is there', () => {
  const of = (role: Role, showSelf: boolean) => {
    const people = [
      { id: 'ada', role: Role.HOST },
      { id: 'me', role },
    ];
    const participants = new Map(people.map((one) => [one.id, one]));
    return placesOf({ participants, selfId: 'me', showSelf, perPage: 5 });
  };
  expect(of(Role.PANELIST, true)).toEqual({ present: ['ada'], slots: 4 });
  expect(of(Role.PANELIST, false)).toEqual({ present: ['ada'], slots: 5 });
  expect(of(Role.ATTENDEE, true)).toEqual({ present: ['ada'], slots: 5 });
});
