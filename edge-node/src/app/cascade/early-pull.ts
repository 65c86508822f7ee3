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

  /** What it brings; undefined if none was begun, or what it brought is lost already. Throws what the pull throws. */
  async take(): Promise<TrackFeed | undefined> {
    const pull = this.#pull;
    this.#pull = undefined;
    const feed = await pull;
    if (feed === undefined || feed.live) return feed;
    feed.release();
    return undefined;
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
