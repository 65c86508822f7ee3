import { expect, test } from 'vitest';
import { ninjaProgress } from '../mediasoup-worker/ninja-progress.mjs';
import { everyPercent } from './report.mjs';

test("ninja's lines tell how far the build is", () => {
  expect(ninjaProgress('[60/240] Building CXX object CMakeFiles/x.dir/y.cpp.o')).toBe(0.25);
  expect(ninjaProgress('ninja: Entering directory `out`')).toBeUndefined();
  expect(ninjaProgress('[0/0] nothing')).toBeUndefined();
});

test('each percent is reported once, however many steps it has', () => {
  const reported: number[] = [];
  const report = everyPercent((percent) => reported.push(percent));
  for (let step = 0; step <= 400; step += 1) report(step / 400);
  expect(reported).toEqual(Array.from({ length: 101 }, (_, percent) => percent));
  report(0.5);
  expect(reported).toHaveLength(101);
});
