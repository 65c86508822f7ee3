import { expect, test } from 'vitest';
import { untilFlowing } from './flowing.ts';

const watching = (...arrivals: number[]) => ({ arrivals });

test('who gets media late is waited for', async () => {
  const late = watching();
  const flowing = untilFlowing([watching(performance.now()), late], 10_000).then(() => late.arrivals.length);
  await new Promise(setImmediate);
  late.arrivals.push(performance.now());
  expect(await flowing).toBe(1);
});

test('who never gets any, or got none lately, ends the bench', async () => {
  const now = performance.now();
  await expect(untilFlowing([watching(now), watching(), watching(now - 5_000)], 0)).rejects.toThrow(
    '2 of 3 viewers get no media before anything is lost.',
  );
});
