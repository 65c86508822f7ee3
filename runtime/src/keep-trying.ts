import { type BackoffOptions, backoffMs } from './backoff.ts';
import { type Clock, pause } from './clock.ts';
import { CanopyError } from './errors.ts';

export interface KeepTryingOptions extends BackoffOptions {
  /** Unix ms: what fails after that is not tried again; undefined: there is no such moment. */
  until?: number;
  /** Ends the wait for the next attempt. */
  signal?: AbortSignal;
  clock: Clock;
  random: () => number;
  /** It failed, and is tried again. */
  onFailed?: (error: unknown) => void;
}

/**
 * Does something again and again while it fails in a way that may pass. Rejects with the first error that won't, the last one,
 * or the reason of `signal`.
 */
export async function keepTrying<T>(work: () => Promise<T>, options: KeepTryingOptions): Promise<T> {
  const { until = Number.POSITIVE_INFINITY, signal, clock, random, onFailed } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!CanopyError.from(error).retryable || clock.now() > until) throw error;
      onFailed?.(error);
    }
    await pause(clock, backoffMs(attempt, options, random()), signal);
  }
}
