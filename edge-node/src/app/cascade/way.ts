import type { Logger } from '@canopy/runtime/logger';
import { hasSeparateLayers } from '../../core/cascade/lanes.ts';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import { type SendableTrack, type SplitProducer, wholeTrack } from '../meeting/split-producer.ts';
import { once } from '../once.ts';
import type { TrackFeed } from './track-feed.ts';
import { TrackServing } from './track-serving.ts';

/** One way in: a feed, and its copies on other routers. Shared by those who use it, and let go with the last of them. */
export class Way {
  readonly feed: TrackFeed;
  /** What viewers hang on where there is no second way to merge with. */
  readonly serving: TrackServing;
  /** What children hang on where the track has layers that can be sent without the others. */
  readonly #split: TrackServing<SplitProducer> | undefined;
  #users = 0;

  constructor(feed: TrackFeed, pipes: LocalPipes, logger: Logger) {
    const { producer, workerIndex } = feed;
    const from = { workerIndex };
    this.feed = feed;
    this.serving = new TrackServing(
      feed,
      feed.muted,
      (to, paused) => pipes.copy(producer, from, { workerIndex: to }, paused),
      logger,
    );
    this.#split = hasSeparateLayers(producer)
      ? new TrackServing(
          undefined,
          feed.muted,
          (to, paused) => pipes.split(producer, from, { workerIndex: to }, paused),
          logger,
        )
      : undefined;
    feed.facts.on('muted', (muted) => {
      this.serving.setPaused(muted);
      this.#split?.setPaused(muted);
    });
  }

  /** What a child whose link is on that worker is sent. The way is in use until that is dropped. */
  async takeForChild(workerIndex: number): Promise<{ track: SendableTrack; drop: () => void }> {
    const owned = new DisposableStack();
    owned.defer(this.use());
    try {
      const { track, drop } = await this.#takeSendable(workerIndex);
      owned.defer(drop);
      return { track, drop: () => owned.dispose() };
    } catch (error) {
      owned.dispose();
      throw error;
    }
  }

  use(): () => void {
    this.#users++;
    return once(() => {
      this.#users--;
      if (this.#users > 0) return;
      this.serving.close();
      this.#split?.close();
      this.feed.release();
    });
  }

  async #takeSendable(workerIndex: number): Promise<{ track: SendableTrack; drop: () => void }> {
    if (this.#split === undefined) {
      const { producer, drop } = await this.serving.take(workerIndex);
      return { track: wholeTrack(producer), drop };
    }
    const { producer: track, drop } = await this.#split.take(workerIndex);
    return { track, drop };
  }
}
