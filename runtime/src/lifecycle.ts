import type { Logger } from './logger.ts';

export type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

/** A state with a table of allowed transitions and one setter, which logs. */
export class Lifecycle<S extends string> {
  #state: S;
  readonly #transitions: Transitions<S>;
  readonly #logger: Logger;
  readonly #listeners = new Set<(state: S, previous: S) => void>();

  constructor(initial: S, transitions: Transitions<S>, logger: Logger) {
    this.#state = initial;
    this.#transitions = transitions;
    this.#logger = logger;
  }

  get state(): S {
    return this.#state;
  }

  /** Throws if the table does not allow the transition. */
  to(next: S): void {
    const previous = this.#state;
    if (previous === next) return;
    if (!this.#transitions[previous].includes(next)) throw new Error(`no transition from ${previous} to ${next}`);
    this.#state = next;
    this.#logger.info({ from: previous, to: next }, 'state changed');
    for (const listener of this.#listeners) listener(next, previous);
  }

  onChange(listener: (state: S, previous: S) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
