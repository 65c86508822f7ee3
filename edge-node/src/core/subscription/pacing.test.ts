import { expect, it } from 'vitest';
import { type Pacing, pace, unhindered } from './pacing.ts';

/** The pacing after a score for each second from `from` on. */
function after(pacing: Pacing, scores: readonly number[], from: number, most = 2): Pacing {
  return scores.reduce((last, score, second) => pace(last, score, most, from + second * 1_000), pacing);
}
const seconds = (count: number, score: number) => Array.from({ length: count }, () => score);

it('spares a layer when much is lost, and one more when that does not help', () => {
  expect(after(unhindered(0), seconds(3, 3), 0).spared).toBe(0);
  expect(after(unhindered(0), seconds(4, 3), 0).spared).toBe(1);
  expect(after(unhindered(0), seconds(7, 3), 0).spared).toBe(2);
  expect(after(unhindered(0), seconds(60, 3), 0).spared).toBe(2);
});

it('leaves it at that while a little is lost', () => {
  const spared = after(unhindered(0), seconds(4, 3), 0);
  expect(after(spared, seconds(300, 8), 4_000)).toEqual(spared);
});

it('tries a layer more when all gets through, and later each time that it was too much', () => {
  const once = after(unhindered(0), seconds(4, 3), 0);
  expect(after(once, seconds(15, 10), 4_000).spared).toBe(1);
  const tried = after(once, seconds(17, 10), 4_000);
  expect(tried.spared).toBe(0);
  const twice = after(tried, seconds(4, 3), tried.since);
  expect(twice).toMatchObject({ spared: 1, patienceMs: once.patienceMs * 2 });
});

it('forgets what was too much after two minutes that were well', () => {
  const tried = after(after(unhindered(0), seconds(4, 3), 0), seconds(17, 10), 4_000);
  expect(after(tried, seconds(122, 10), tried.since)).toMatchObject({
    spared: 0,
    patienceMs: unhindered(0).patienceMs,
  });
});

it('spares nobody the last layer', () => {
  expect(after(unhindered(0), seconds(60, 0), 0, 0).spared).toBe(0);
});
