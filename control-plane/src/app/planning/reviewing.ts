import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from './planning.ts';

export interface ReviewingDeps {
  rooms: Pick<Rooms, 'list'>;
  planning: Pick<Planning, 'review'>;
  /** True for the first replica that asks with this key within so many ms. */
  isFirst(key: string, forMs: number): Promise<boolean>;
  /** Between two looks, on average, ms. */
  everyMs: number;
  /** 0 to 1. */
  random: () => number;
  clock: Clock;
  logger: Logger;
}

/** The time between two looks differs from the average by up to this share, so that replicas look at different times. */
const jitter = 0.25;
const mostAtOnce = 4;

/**
 * Looks now and then whether the plans of running meetings are still good: round trips, losses, prices and loads change while
 * nobody joins or leaves, and an edge that got too busy sheds the children it should not have. One replica looks for all.
 */
export class Reviewing {
  readonly #deps: ReviewingDeps;

  constructor(deps: ReviewingDeps) {
    this.#deps = deps;
  }

  /** Looks again and again until the returned function is called. */
  run(): () => void {
    const { everyMs, random, clock } = this.#deps;
    let cancel = () => {};
    const next = () => {
      const waitMs = everyMs * (1 + jitter * (2 * random() - 1));
      cancel = clock.after(waitMs, () => {
        void this.#look();
        next();
      });
    };
    next();
    return () => cancel();
  }

  async #look(): Promise<void> {
    const meetingIds = this.#deps.rooms
      .list()
      .filter((room) => room.sessions().length > 0)
      .map(({ meetingId }) => meetingId);
    await inTurns(meetingIds, mostAtOnce, (meetingId) => this.#review(meetingId));
  }

  async #review(meetingId: string): Promise<void> {
    try {
      if (await this.#deps.isFirst(`review ${meetingId}`, this.#deps.everyMs / 2))
        await this.#deps.planning.review(meetingId);
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId }, 'a plan could not be looked at');
    }
  }
}
