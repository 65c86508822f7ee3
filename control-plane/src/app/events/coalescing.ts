import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';

/** A store that is away is asked so often, for two minutes: longer than one that starts anew takes. */
const retryEveryMs = 1_000;
const mostTries = 120;

/** Does a piece of work once for all who ask for it in a moment, because a whole audience may. */
export class Coalescing {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #gatherMs: number;
  readonly #waiting = new Set<string>();

  constructor(clock: Clock, logger: Logger, gatherMs: number) {
    this.#clock = clock;
    this.#logger = logger;
    this.#gatherMs = gatherMs;
  }

  /** `key` names the work: what is asked for again before it is done is done once, and what can't be done while a store is away is tried again. */
  soon(key: string, work: () => Promise<void>): void {
    this.#later(key, work, this.#gatherMs, mostTries);
  }

  /** That is about to be done. */
  isWaiting(key: string): boolean {
    return this.#waiting.has(key);
  }

  #later(key: string, work: () => Promise<void>, delayMs: number, tries: number): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#clock.after(delayMs, () => {
      this.#waiting.delete(key);
      work().catch((error: unknown) => {
        this.#logger.debug({ err: error, key }, 'what was gathered was not told');
        if (CanopyError.from(error).retryable && tries > 1) this.#later(key, work, retryEveryMs, tries - 1);
      });
    });
  }
}
