import { expect, it } from 'vitest';
import { repeated, repeatedLines } from './repeated.ts';

it('gives the last result, and median and range of each figure over all runs', async () => {
  const gaps = [30, 10, 20];
  const play = async () => ({ gap: gaps.shift() ?? 0 });
  const result = await repeated(3, play, ({ gap }) => ({ gap, late: gap > 15 ? gap : undefined }));
  expect(result).toEqual({
    gap: 20,
    runs: {
      count: 3,
      figures: { gap: { median: 20, least: 10, most: 30 }, late: { median: 20, least: 20, most: 30 } },
    },
  });
  expect(repeatedLines(result.runs)).toHaveLength(3);
});

it('says nothing of a single run', async () => {
  const { runs } = await repeated(
    1,
    async () => ({}),
    () => ({ gap: 1 }),
  );
  expect(repeatedLines(runs)).toEqual([]);
});
