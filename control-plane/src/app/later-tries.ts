import type { Clock } from '@canopy/runtime/clock';
import { keepTrying } from '@canopy/runtime/keep-trying';
import type { Logger } from '@canopy/runtime/logger';

export interface LaterTriesDeps {
  clock: Clock;
  random: () => number;
  logger: Logger;
}

const backoff = { initialMs: 1_000, maxMs: 10_000 };
/** Longer than a store is ever promised to be away. */
const giveUpAfterMs = 600_000;

/** What is owed to meetings and could not be done while a store was away: tried again in the background, once at a time for each meeting. */
export class LaterTries {
  readonly #deps: LaterTriesDeps;
  readonly #underWay = new Set<string>();

  constructor(deps: LaterTriesDeps) {
    this.#deps = deps;
  }

  /** Never fails: what is given up, or can't be done at all, is logged as `loss`. */
  async again(meetingId: string, work: () => Promise<void>, loss: string): Promise<void> {
    if (this.#underWay.has(meetingId)) return;
    this.#underWay.add(meetingId);
    const { clock, random, logger } = this.#deps;
    try {
      await keepTrying(work, { ...backoff, until: clock.now() + giveUpAfterMs, clock, random });
    } catch (error) {
      logger.warn({ err: error, meetingId }, loss);
    } finally {
      this.#underWay.delete(meetingId);
    }
  }
}
