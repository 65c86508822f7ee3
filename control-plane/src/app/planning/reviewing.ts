import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { edgesToRelieve } from '../../core/edges/relief.ts';
import type { Rooms } from '../events/rooms.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { Planning } from './planning.ts';

export interface ReviewingDeps {
  rooms: Pick<Rooms, 'list'>;
  planning: Pick<Planning, 'review' | 'parentsIn'>;
  edges: { list(): readonly EdgeRecord[] };
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
const lookAtLoadsEveryMs = 1_000;
/** What an edge was relieved of shows in its load only when its children have followed the plan. */
const relieveAgainMs = 15_000;

/**
 * Looks now and then whether the plans of running meetings are still good: round trips, losses, prices and loads change while
 * nobody joins or leaves. Plans in which an edge that is overloaded feeds others are looked at soon: it sheds the children that
 * it should not have. One replica looks for all.
 */
export class Reviewing {
  readonly #deps: ReviewingDeps;

  constructor(deps: ReviewingDeps) {
    this.#deps = deps;
  }

  /** Looks again and again until the returned function is called. */
  run(): () => void {
    const { everyMs, random, clock } = this.#deps;
    const look = unlessBusy(() => this.#look());
    const relieve = unlessBusy(() => this.#relieve());
    let cancel = () => {};
    const next = () => {
      const waitMs = everyMs * (1 + jitter * (2 * random() - 1));
      cancel = clock.after(waitMs, () => {
        void look();
        next();
      });
    };
    next();
    const stopRelieving = clock.every(lookAtLoadsEveryMs, () => void relieve());
    return () => {
      cancel();
      stopRelieving();
    };
  }

  async #look(): Promise<void> {
    const { everyMs } = this.#deps;
    await inTurns(this.#meetingIds(), mostAtOnce, (meetingId) => this.#review(meetingId, 'review', everyMs / 2));
  }

  async #relieve(): Promise<void> {
    const { edges, planning, clock } = this.#deps;
    const strained = edgesToRelieve(edges.list(), clock.now());
    if (strained.size === 0) return;
    const concerned = this.#meetingIds().filter((id) =>
      planning.parentsIn(id).some((parentId) => strained.has(parentId)),
    );
    await inTurns(concerned, mostAtOnce, (meetingId) => this.#review(meetingId, 'relieve', relieveAgainMs));
  }

  #meetingIds(): string[] {
    return this.#deps.rooms
      .list()
      .filter((room) => room.sessions().length > 0)
      .map(({ meetingId }) => meetingId);
  }

  async #review(meetingId: string, why: 'review' | 'relieve', onceInMs: number): Promise<void> {
    try {
      if (!(await this.#deps.isFirst(`${why} ${meetingId}`, onceInMs))) return;
      await this.#deps.planning.review(meetingId, why === 'relieve' ? 'load' : 'measured');
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId }, 'a plan could not be looked at');
    }
  }
}
