import type { TrackFeed } from './track-feed.ts';

/** A pull begun before its turn, so that two ways come beside each other and not one after the other. */
export class EarlyPull {
  #pull: Promise<TrackFeed> | undefined;

  begin(pull: Promise<TrackFeed>): void {
    this.forget();
    this.#pull = pull;
    pull.catch(() => {
      // Told to who takes it; nobody may.
    });
  }

  /** What it brings, or undefined if that is lost already; throws what the pull throws. No promise if none was begun. */
  take(): Promise<TrackFeed | undefined> | undefined {
    const pull = this.#pull;
    this.#pull = undefined;
    return pull?.then((feed) => {
      if (feed.live) return feed;
      feed.release();
      return undefined;
    });
  }

  /** Lets go of what it brings. */
  forget(): void {
    this.#pull?.then(
      (feed) => feed.release(),
      () => {
        // It brings nothing.
      },
    );
    this.#pull = undefined;
  }
}
