import { setTimeout as delay } from 'node:timers/promises';
import { signalDefaults } from '@canopy/client/signal';
import { backoffMs } from '@canopy/runtime/backoff';
import { Refused, type Subject, Unreached } from './subject.ts';

/** How people came in. */
export interface Storm {
  /** From the first attempt until it may speak, ms, of each who came in. */
  joinMs: number[];
  /** The same of those who were let in at their first attempt. */
  firstAttemptMs: number[];
  /** Attempts that were refused with the advice to come again. */
  refusals: number;
  /** Attempts that got no connection, or lost it before the answer. */
  unreached: number;
  /** Who did not come in, by what it was told. */
  failed: Record<string, number>;
  tookMs: number;
}

const mostAttempts = 40;

/** People with the numbers from `first` on come at a rate, whether those before are in or not; who is told to come again does, and so does who reaches nobody. */
export async function storm(
  subject: Subject,
  people: { first: number; count: number; hear: (message: Buffer) => void },
  perSecond: number,
): Promise<Storm> {
  const startedAt = performance.now();
  const result: Storm = { joinMs: [], firstAttemptMs: [], refusals: 0, unreached: 0, failed: {}, tookMs: 0 };
  const coming: Promise<void>[] = [];
  for (let index = 0; index < people.count; index++) {
    coming.push(comeIn(subject, people.first + index, people.hear, result));
    const aheadMs = (coming.length / perSecond) * 1_000 - (performance.now() - startedAt);
    if (aheadMs > 5) await delay(aheadMs);
  }
  await Promise.all(coming);
  result.tookMs = performance.now() - startedAt;
  return result;
}

async function comeIn(subject: Subject, number: number, hear: (message: Buffer) => void, result: Storm) {
  const from = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      await subject.enter(number, hear);
      const tookMs = performance.now() - from;
      result.joinMs.push(tookMs);
      if (attempt === 1) result.firstAttemptMs.push(tookMs);
      return;
    } catch (error) {
      if (error instanceof Refused && attempt < mostAttempts) {
        result.refusals++;
        await delay(error.retryAfterMs);
      } else if (error instanceof Unreached && attempt < mostAttempts) {
        result.unreached++;
        await delay(backoffMs(attempt - 1, signalDefaults.backoff, Math.random()));
      } else {
        const reason = error instanceof Error ? error.message : String(error);
        result.failed[reason] = (result.failed[reason] ?? 0) + 1;
        return;
      }
    }
  }
}
