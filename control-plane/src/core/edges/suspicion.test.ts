import { describe, expect, it } from 'vitest';
import { isConvicted, type Suspicion } from './suspicion.ts';

const suspicion = (given: Partial<Suspicion>): Suspicion => ({
  since: 0,
  witnesses: new Set(),
  channelBroken: false,
  refusals: 0,
  failures: 0,
  ...given,
});

describe('a suspected edge', () => {
  it('is never dead while it can be reached, whoever says so', () => {
    expect(isConvicted(suspicion({ witnesses: new Set(['a', 'b', 'c']), channelBroken: true }))).toBe(false);
  });

  it('is dead when two neighbours lost it and it does not answer', () => {
    expect(isConvicted(suspicion({ witnesses: new Set(['a']), failures: 1 }))).toBe(false);
    expect(isConvicted(suspicion({ witnesses: new Set(['a', 'b']), failures: 1 }))).toBe(true);
  });

  it('is dead when one neighbour lost it and the connection to it broke or is refused', () => {
    const one = { witnesses: new Set(['a']), failures: 1 };
    expect(isConvicted(suspicion({ ...one, channelBroken: true }))).toBe(true);
    expect(isConvicted(suspicion({ ...one, refusals: 1 }))).toBe(true);
  });

  it('is dead without any neighbour when its connection broke and is refused again and again', () => {
    expect(isConvicted(suspicion({ channelBroken: true, refusals: 1, failures: 1 }))).toBe(false);
    expect(isConvicted(suspicion({ channelBroken: true, refusals: 2, failures: 2 }))).toBe(true);
    expect(isConvicted(suspicion({ channelBroken: true, refusals: 0, failures: 9 }))).toBe(false);
  });
});
