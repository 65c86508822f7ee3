import { backoffMs } from '@canopy/runtime/backoff';

const hours = 3_600_000;

/** An event is offered for so long. */
export const offeredForMs = 24 * hours;

const backoff = { initialMs: 5_000, maxMs: 4 * hours };

/** When to try again after `attempts` failures, Unix ms; undefined: given up. `random` is in [0, 1). */
export function nextAttemptAt(
  attempts: number,
  firstOfferedAt: number,
  now: number,
  random: number,
): number | undefined {
  // Never less than half of the wait, so that a receiver that is down is not hurried.
  const next = now + backoffMs(attempts - 1, backoff, 0.5 + random / 2);
  return next - firstOfferedAt > offeredForMs ? undefined : next;
}
