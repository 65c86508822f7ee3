import { backoffMs } from '@canopy/runtime/backoff';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Lane } from '../../core/cascade/lanes.ts';
import { EarlyPull } from './early-pull.ts';
import type { TrackFeed } from './track-feed.ts';
import { type Asker, localAsker, type Upstream } from './upstream.ts';

export interface TrackPullOptions {
  /** True while somebody watches it, here or below. */
  watched: () => boolean;
  /** Of the track. */
  id: string;
  clock: Clock;
  logger: Logger;
  random: () => number;
}

/** What the track lacks, asked anew before each attempt. */
export interface Lack {
  missing(): readonly Lane[];
  /** True while it comes some other way. */
  served(): boolean;
  /** True while nobody here needs it to flow. */
  idle(): boolean;
}

const retry = { initialMs: 200, maxMs: 3_000 };
const firstRetry = { initialMs: 50, maxMs: 200 };
const firstAttempts = 5;
/** What an attempt waited for is not what is needed most any more. */
const overtaken = new CanopyError('LINK_NOT_FOUND', 'another way is needed now');
/** What passes when a worker is being replaced on the way, or a link broke in that moment. */
const passing: ReadonlySet<ErrorCode> = new Set(['EDGE_OVERLOADED', 'EDGE_UNREACHABLE', 'LINK_NOT_FOUND']);

/** Brings one track here from the edges that the routes name, as often as it takes. */
export class TrackPull {
  readonly #upstream: Upstream;
  readonly #options: TrackPullOptions;
  /** The second way, asked for beside the first. */
  readonly #second = new EarlyPull();
  #struggling = false;
  /** Ends the wait for the next attempt. */
  #endPause = () => {};
  /** Ends the attempt under way if another one is needed more. */
  #overtake = () => {};
  #closed = false;

  constructor(upstream: Upstream, options: TrackPullOptions) {
    this.#upstream = upstream;
    this.#options = options;
  }

  /** The last attempt failed. */
  get struggling(): boolean {
    return this.#struggling;
  }

  /** The first time: tries again for half a second where that may help, and the second way, if it is needed, serves as well. Throws what the last attempt threw. */
  async first(asker: Asker, [lane, second]: readonly [Lane, Lane?]): Promise<TrackFeed> {
    if (second !== undefined) this.#second.begin(this.#openNow(localAsker, second, true));
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#open(asker, lane, lane === 'spare');
      } catch (error) {
        const { code } = CanopyError.from(error);
        const passes = passing.has(code);
        if (this.#closed || !(passes || code === 'TIMEOUT')) throw error;
        const second = await this.#second.take()?.catch(() => undefined);
        if (second !== undefined) return second;
        // Who did not answer for seconds is not asked again: nobody waits so long.
        if (!passes || attempt === firstAttempts) throw error;
      }
      await this.#pause(backoffMs(attempt - 1, firstRetry, this.#options.random()));
    }
  }

  /** Until a way is found that is missing; undefined when none is any more. Throws TRACK_NOT_FOUND when it is over. */
  async again(lack: Lack): Promise<TrackFeed | undefined> {
    let turn = 0;
    for (let attempt = 0; !this.#closed; attempt++) {
      const missing = lack.missing();
      const lane = missing[turn++ % missing.length];
      if (lane === undefined) return undefined;
      try {
        // The routes may name its parent first by now. Asked for twice over one link, it would come twice, and the parent refuse it.
        const early = this.#second.take();
        const begun = early && (await this.#whileNeeded(early, lane, lack));
        return (
          begun ?? (await this.#whileNeeded(this.#open(localAsker, lane, lack.served() || lack.idle()), lane, lack))
        );
      } catch (error) {
        if (error === overtaken) {
          // From the preferred way on.
          turn = 0;
          continue;
        }
        this.#struggling = true;
        const failure = CanopyError.from(error);
        this.#note(failure, { attempt, lane });
        if (failure.code === 'TRACK_NOT_FOUND' && !lack.served()) throw error;
      }
      await this.#pause(backoffMs(attempt, retry, this.#options.random()));
    }
    throw new CanopyError('TRACK_NOT_FOUND');
  }

  /** Tries at once what it waits to try, and another way where that is needed more than the one it waits for. */
  hurry(): void {
    this.#endPause();
    this.#overtake();
  }

  /** Nothing is missing: a second way that was asked for beside the first is not wanted any more. */
  settle(): void {
    this.#second.forget();
  }

  close(): void {
    this.#closed = true;
    this.#second.forget();
    this.#endPause();
  }

  /**
   * Waits for a way as long as it is what is needed most: no longer than the routes name its parent, and not for a second one
   * while there is none. A parent that can't be reached would hold up the next.
   */
  async #whileNeeded<Feed extends TrackFeed | undefined>(
    opening: Promise<Feed>,
    lane: Lane,
    lack: Lack,
  ): Promise<Feed> {
    const parentId = this.#upstream.wanted()?.[lane];
    const wasServed = lack.served();
    const passed = new Promise<never>((_, reject) => {
      this.#overtake = () => {
        const { main, spare } = this.#upstream.wanted() ?? {};
        const isLeft = parentId !== undefined && parentId !== main && parentId !== spare;
        const holdsUp = lane === 'spare' && wasServed && !lack.served();
        if (isLeft || holdsUp) reject(overtaken);
      };
    });
    try {
      return await Promise.race([opening, passed]);
    } catch (error) {
      // What is brought after all is let go.
      opening.then(
        (feed) => feed?.release(),
        () => undefined,
      );
      throw error;
    } finally {
      this.#overtake = () => {};
    }
  }

  async #open(asker: Asker, lane: Lane, served: boolean): Promise<TrackFeed> {
    const feed = await this.#openNow(asker, lane, served);
    this.#struggling = false;
    return feed;
  }

  #openNow(asker: Asker, lane: Lane, asBackup: boolean): Promise<TrackFeed> {
    return this.#upstream.open(asker, { lane, asBackup, watched: this.#options.watched() });
  }

  /** Once for all attempts in a row: until the plan is mended, or a neighbour is back on its own first way, they fail alike. */
  #note(error: CanopyError, { attempt, lane }: { attempt: number; lane: Lane }): void {
    const { id: trackId, logger } = this.#options;
    const what = { ...(error.code === 'INTERNAL' ? { err: error } : { code: error.code }), trackId, attempt, lane };
    if (attempt === 0) logger.warn(what, 'pulling a lost track again failed');
    else logger.debug(what, 'pulling a lost track again failed');
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
