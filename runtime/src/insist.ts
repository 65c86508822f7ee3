import { type BackoffOptions, backoffMs } from './backoff.ts';
import { type Clock, pause } from './clock.ts';
import { CanopyError } from './errors.ts';

export interface InsistOptions extends BackoffOptions {
  /** Unix ms: what fails after that is not tried again. */
  until: number;
  clock: Clock;
  random: () => number;
}

/** Does something again and again while it fails in a way that may pass. Rejects with the first error that won't, or the last one. */
export async function insist<T>(work: () => Promise<T>, options: InsistOptions): Promise<T> {
  const { until, clock, random } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!CanopyError.from(error).retryable || clock.now() > until) throw error;
    }
    await pause(clock, backoffMs(attempt, options, random()));
  }
}
