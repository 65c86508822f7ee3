import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addReceptions, countReceptions, noReception } from './reception.ts';

function track(id: string, participantId: string, source: TrackSource = TrackSource.SCREEN): Track {
  return { id, participantId, kind: TrackKind.VIDEO, source, muted: false, originEdgeId: 'e' };
}

const somebody = (participantId: string, networkQuality: number, seesTrackId = '') => ({
  participantId,
  reception: { networkQuality, seesTrackId },
});

const tracks = [track('slides', 'ada'), track('film', 'ben'), track('face', 'cleo', TrackSource.CAMERA)];

test('counts who sees which screen and how well all are reached, of those who told', () => {
  const people = [
    somebody('ada', 4, 'film'),
    somebody('ben', 4),
    somebody('cleo', 2, 'slides'),
    somebody('dan', 1, 'slides'),
    somebody('eve', 4),
    { participantId: 'fay' },
  ];
  expect(countReceptions(people, tracks)).toEqual({
    byQuality: [1, 1, 0, 3],
    screens: [
      { trackId: 'slides', count: 2 },
      { trackId: 'film', count: 1 },
    ],
    // Not Ben, who shares one.
    seeingNone: 1,
    backstage: 0,
  });
});

test('who saw a screen that is gone sees none', () => {
  expect(countReceptions([somebody('dan', 4, 'gone'), somebody('eve', 4, 'face')], tracks).seeingNone).toBe(2);
});

test('replicas count together what one alone would', () => {
  const person = fc.record({
    participantId: fc.constantFrom('ada', 'ben', 'dan', 'eve'),
    reception: fc.record({
      networkQuality: fc.integer({ min: 1, max: 4 }),
      seesTrackId: fc.constantFrom('', 'slides', 'film', 'gone'),
    }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(person), { minLength: 1, maxLength: 4 }), (replicas) => {
      const apart = replicas.map((people) => countReceptions(people, tracks));
      expect(addReceptions(apart)).toEqual(countReceptions(replicas.flat(), tracks));
    }),
  );
});

test('who waits for it to go live is counted over all replicas, also where one of the version before counts none', () => {
  const { backstage: _, ...before } = noReception;
  const all = addReceptions([countReceptions([], tracks, 3), before, countReceptions([], [], 4)]);
  expect(all.backstage).toBe(7);
});

test('tells of the screens that most see, however many there are', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ trackId: `screen ${index}`, count: index }));
  const { screens } = addReceptions([noReception, { ...noReception, screens: many }]);
  expect(screens.map(({ count }) => count)).toEqual(Array.from({ length: 16 }, (_, index) => 39 - index));
});
