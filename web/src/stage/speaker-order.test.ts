import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nobodyHeard, type SpeakerOrder, speakerOrder } from './speaker-order.ts';

const people = ['ada', 'ben', 'cleo', 'dan'];

/** Each step: the time, and who speaks then. The first page has two places. */
function after(...steps: [number, ...string[]][]): SpeakerOrder {
  return steps.reduce(
    (state, [now, ...speaking]) => speakerOrder(state, people, new Set(speaking), 2, now),
    nobodyHeard,
  );
}

test('who speaks for a while comes to the first page, in the place of who was silent longest', () => {
  const { order } = after([0], [1_000, 'ada'], [3_000], [4_000, 'dan'], [5_500, 'dan']);
  expect(order).toEqual(['ada', 'dan', 'cleo', 'ben']);
});

test('a short word moves nobody', () => {
  expect(after([0], [1_000, 'dan'], [1_500], [2_000, 'dan'], [2_500]).order).toEqual(people);
});

test('nobody on the first page changes places there', () => {
  expect(after([0, 'ben'], [2_000, 'ben', 'ada'], [4_000, 'ben', 'ada']).order).toEqual(people);
});

test('the speaker view stays with who speaks when another joins in, and after a pause', () => {
  expect(after([0, 'ada'], [2_000, 'ada', 'ben'], [4_000, 'ada', 'ben']).speaker).toBe('ada');
  expect(after([0, 'ada'], [2_000, 'ada'], [3_000]).speaker).toBe('ada');
  expect(after([0, 'ada'], [2_000, 'ben'], [2_500, 'ben']).speaker).toBe('ada');
  expect(after([0, 'ada'], [2_000, 'ben'], [4_000, 'ben']).speaker).toBe('ben');
});

test('everybody who is there has exactly one place, whoever speaks', () => {
  const step = fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.subarray(people));
  fc.assert(
    fc.property(fc.array(step), fc.subarray(people), (steps, present) => {
      let now = 0;
      const end = steps.reduce((state, [wait, speaking]) => {
        now += wait;
        return speakerOrder(state, present, new Set(speaking), 2, now);
      }, nobodyHeard);
      if (steps.length > 0) expect([...end.order].sort()).toEqual([...present].sort());
      expect(end.speaker === null || present.includes(end.speaker)).toBe(true);
    }),
  );
});
