import { expect, test } from 'vitest';
import { together } from './arrival.ts';

test('what brings more counts for more, and nothing loses nothing', () => {
  expect(together([])).toEqual({ bps: 0, lossRatio: 0 });
  expect(together([{ bps: 0, lossRatio: 1 }])).toEqual({ bps: 0, lossRatio: 0 });
  const camera = { bps: 900_000, lossRatio: 0.1 };
  const voice = { bps: 100_000, lossRatio: 0 };
  expect(together([camera, voice])).toEqual({ bps: 1_000_000, lossRatio: 0.09 });
});
