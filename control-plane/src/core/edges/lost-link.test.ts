import { describe, expect, test } from 'vitest';
import { afterLoss, afterProbes, isHeld, isOver, type LostLinkLimits } from './lost-link.ts';

const limits: LostLinkLimits = {
  holdMs: 30,
  longestHoldMs: 100,
  quietMs: 10,
  unanswered: 2,
  forgetAfterMs: 1_000,
};

describe('a link that was lost', () => {
  test('stays so for a while, however many meetings say it', () => {
    const link = afterLoss(undefined, limits, 0);
    expect([isHeld(link, 29), isHeld(link, 30)]).toEqual([true, false]);
    expect(afterLoss(link, limits, 20)).toBe(link);
  });

  test('stays so for longer each time it is lost again, up to a limit', () => {
    let link = afterLoss(undefined, limits, 0);
    const holds = [60, 100, 100].map(() => {
      const now = link.until + 5;
      link = afterLoss(link, limits, now);
      return link.until - now;
    });
    expect(holds).toEqual([60, 100, 100]);
  });

  test('is a first loss again after a long peace', () => {
    const link = afterLoss(afterLoss(undefined, limits, 0), limits, 40);
    const now = link.until + limits.forgetAfterMs;
    expect(isOver(link, limits, now)).toBe(true);
    expect(afterLoss(link, limits, now).until).toBe(now + limits.holdMs);
  });

  test('is found again sooner by probes that had noticed the loss', () => {
    const lost = afterLoss(undefined, limits, 0);
    const deaf = afterProbes(lost, 2, limits, 5);
    expect(isHeld(afterProbes(deaf, 1, limits, 6), 6)).toBe(true);
    expect(isHeld(afterProbes(deaf, 0, limits, 7), 7)).toBe(false);
  });

  test('stays so for as long as probes are lost on it', () => {
    const deaf = afterProbes(afterLoss(undefined, limits, 0), 5, limits, 29);
    expect([isHeld(deaf, 38), isHeld(deaf, 39)]).toEqual([true, false]);
  });

  test('is not believed to be well because of probes that never noticed', () => {
    const link = afterLoss(undefined, limits, 0);
    for (const unanswered of [0, 1, undefined]) expect(afterProbes(link, unanswered, limits, 5)).toBe(link);
  });
});
