import { expect, it } from 'vitest';
import { egressUsd, readTiers } from './egress.ts';

const tiers = [
  { fromTb: 0, usdPerGb: 0.09 },
  { fromTb: 10, usdPerGb: 0.085 },
  { fromTb: 50, usdPerGb: 0.07 },
];

it('asks for each GB what its tier does', () => {
  expect(egressUsd(0, tiers)).toBe(0);
  expect(egressUsd(1_000, tiers)).toBeCloseTo(90);
  expect(egressUsd(10_240, tiers)).toBeCloseTo(921.6);
  expect(egressUsd(60 * 1_024, tiers)).toBeCloseTo(921.6 + 40 * 1_024 * 0.085 + 10 * 1_024 * 0.07);
});

it('reads tiers, or one price', () => {
  expect(readTiers('0:0.09,10:0.085,50:0.07')).toEqual(tiers);
  expect(readTiers('0.005')).toEqual([{ fromTb: 0, usdPerGb: 0.005 }]);
});

it.each(['', 'free', '-1', '0', '10:0.09', '0:0.09,0:0.08', '0:0.09,x:0.08', ':0.09', '0:0.09,'])(
  'takes no other text: "%s"',
  (text) => {
    expect(readTiers(text)).toBeUndefined();
  },
);
