/** How often a worker is looked after, ms. */
export const lookEveryMs = 250;

/** Looks in a row that find a question unanswered before its worker counts as stopped: 1 s. */
const patience = 4;

/**
 * Tells a worker that answers from one that has stopped (SIGSTOP, a loop, a page that never comes). Time counts in looks, not
 * by a clock: after this process itself stood still, one look passes and the answers that waited are read, so a healthy
 * worker is not blamed.
 */
export class Responsiveness {
  readonly #ask: () => Promise<unknown>;
  #asking = false;
  #unanswered = 0;

  /** `ask` puts a question that a running worker answers at once; an error is an answer too. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** To be called every {@link lookEveryMs}; true when the worker has stopped. */
  look(): boolean {
    if (this.#asking) {
      this.#unanswered++;
      return this.#unanswered >= patience;
    }
    this.#asking = true;
    this.#unanswered = 0;
    const answered = () => {
      this.#asking = false;
    };
    this.#ask().then(answered, answered);
    return false;
  }
}
