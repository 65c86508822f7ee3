import { CanopyError } from '@canopy/runtime/errors';

/** Remembers that somebody wants to have something loaded, and loads again what failed for a cause that may pass. */
export class WantedLoad {
  readonly #what: string;
  readonly #load: () => Promise<void>;
  #isWanted = false;
  #mayPass = false;

  /** @param what for the log */
  constructor(what: string, load: () => Promise<void>) {
    this.#what = what;
    this.#load = load;
  }

  /** Rejects as the load does. */
  async load(): Promise<void> {
    this.#isWanted = true;
    this.#mayPass = false;
    try {
      await this.#load();
    } catch (error) {
      this.#mayPass = CanopyError.from(error).retryable;
      throw error;
    }
  }

  /** What was loaded is not all any more. Nothing happens before somebody wants it. */
  loadAnew(): void {
    if (!this.#isWanted) return;
    this.load().catch((error: unknown) => console.debug(`canopy: the ${this.#what} are not here yet`, error));
  }

  /** The connection is back. */
  resumed(): void {
    if (this.#mayPass) this.loadAnew();
  }
}
