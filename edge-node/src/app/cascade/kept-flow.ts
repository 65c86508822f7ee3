import type { TrackFeed } from './track-feed.ts';

/** Keeps a feed flowing, one at a time. */
export class KeptFlow {
  #stop = () => {};
  #closed = false;

  /** Keeps this one flowing from now on, and the one before no longer; undefined: none. */
  keep(feed: TrackFeed | undefined): void {
    if (this.#closed) return;
    const stopBefore = this.#stop;
    this.#stop = feed?.keepFlowing() ?? (() => {});
    stopBefore();
  }

  close(): void {
    this.keep(undefined);
    this.#closed = true;
  }
}
