import { TrackKind, type TrackWant } from '@canopy/proto/media';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffSubscriptions, type SubscribedTrack, type WantedTrack } from './subscription-diff.ts';

function want(trackId: string, width = 320, priority = 1): TrackWant {
  return { trackId, width, height: 180, priority };
}

function target(wanted: TrackWant): WantedTrack {
  return { want: wanted, originEdgeId: 'o', kind: TrackKind.VIDEO };
}

function having(...wants: TrackWant[]): Map<string, SubscribedTrack> {
  return new Map(wants.map((wanted) => [wanted.trackId, { want: wanted, originEdgeId: 'o' }]));
}

test('what is new is added, what is gone is closed, what differs is changed', () => {
  const diff = diffSubscriptions(
    having(want('a'), want('b'), want('c')),
    [want('b'), want('c', 640), want('d')].map(target),
  );
  expect(diff).toEqual({ add: [target(want('d'))], move: [], change: [want('c', 640)], close: ['a'] });
});

test('a track whose origin moved is neither new nor changed: it is made anew beside what there is', () => {
  const moved = { ...target(want('a', 640)), originEdgeId: 'elsewhere' };
  expect(diffSubscriptions(having(want('a')), [moved])).toEqual({ add: [], move: [moved], change: [], close: [] });
});

test('a track that comes another way is made anew, wanted otherwise or not', () => {
  const outdated = new Map([['a', { want: want('a'), originEdgeId: 'o', outdated: true }]]);
  for (const wanted of [target(want('a')), target(want('a', 640))]) {
    expect(diffSubscriptions(outdated, [wanted])).toEqual({ add: [], move: [wanted], change: [], close: [] });
  }
});

test('another priority is a change', () => {
  expect(diffSubscriptions(having(want('a')), [target(want('a', 320, 9))]).change).toEqual([want('a', 320, 9)]);
});

test('a diff that is applied leaves nothing to do, and no track is in two of its lists', () => {
  const wants = fc
    .uniqueArray(fc.record({ id: fc.nat(8), width: fc.nat(3) }), { selector: ({ id }) => id })
    .map((list) => list.map(({ id, width }) => want(`t${id}`, width)));
  fc.assert(
    fc.property(wants, wants, (before, after) => {
      const current = having(...before);
      const diff = diffSubscriptions(current, after.map(target));
      const touched = [
        ...diff.add.map((added) => added.want.trackId),
        ...diff.change.map(({ trackId }) => trackId),
        ...diff.close,
      ];
      expect(new Set(touched).size).toBe(touched.length);
      for (const trackId of diff.close) current.delete(trackId);
      for (const changed of [...diff.change, ...diff.add.map((added) => added.want)])
        current.set(changed.trackId, { want: changed, originEdgeId: 'o' });
      expect(current).toEqual(having(...after));
      expect(diffSubscriptions(current, after.map(target))).toEqual({ add: [], move: [], change: [], close: [] });
    }),
  );
});

test('a track that is named twice counts as named last', () => {
  expect(diffSubscriptions(new Map(), [target(want('a')), target(want('a', 640))]).add).toEqual([
    target(want('a', 640)),
  ]);
});
