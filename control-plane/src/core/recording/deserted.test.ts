import { expect, it } from 'vitest';
import { isDeserted, stillEmpty } from './deserted.ts';

it('is a meeting in which nobody was seen for five minutes', () => {
  let seen = stillEmpty(undefined, 0);
  for (let now = 2_000; now < 300_000; now += 2_000) {
    seen = stillEmpty(seen, now);
    expect(isDeserted(seen)).toBe(false);
  }
  expect(isDeserted(stillEmpty(seen, 300_000))).toBe(true);
});

it('is none that was not looked at for long: somebody may have been there', () => {
  const seen = stillEmpty(stillEmpty(undefined, 0), 299_000);
  expect(seen).toEqual({ since: 299_000, seenAt: 299_000 });
  expect(isDeserted(seen)).toBe(false);
});
