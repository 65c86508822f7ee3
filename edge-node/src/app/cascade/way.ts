import type { Logger } from '@canopy/runtime/logger';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import type { TrackFeed } from './track-feed.ts';
import { TrackServing } from './track-serving.ts';

/** One way in: a feed, and its copies on other routers. Shared by those who use it, and let go with the last of them. */
export class Way {
  readonly feed: TrackFeed;
  /** What children hang on, and viewers where there is no second way to merge with. */
  readonly serving: TrackServing;
  #users = 0;

  constructor(feed: TrackFeed, pipes: LocalPipes, logger: Logger) {
    const { producer, workerIndex } = feed;
    this.feed = feed;
    this.serving = new TrackServing(
      feed,
      feed.muted,
      (to, paused) => pipes.copy(producer, workerIndex, to, paused),
      logger,
    );
    feed.facts.on('muted', (muted) => this.serving.setPaused(muted));
  }

  use(): () => void {
    this.#users++;
    let using = true;
    return () => {
      if (!using) return;
      using = false;
      this.#users--;
      if (this.#users > 0) return;
      this.serving.close();
      this.feed.release();
    };
  }
}
