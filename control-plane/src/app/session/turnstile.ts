import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';

export interface TurnstileLimits {
  /** Turns that are taken at once: more of them would only keep each other, and everybody who is in already, from being served. */
  atOnce: number;
  /** Nobody stands in line for much longer, ms: whoever would comes again. */
  patienceMs: number;
}

/** How much the last turn counts in the time that turns take. */
const weightOfLast = 0.05;
/** Nobody is sent away for longer, ms. */
const mostAwayMs = 60_000;

/** Lets through a few at a time, in the order in which they came; whoever would have to wait for long is told when to come again. */
export class Turnstile {
  readonly #limits: TurnstileLimits;
  readonly #clock: Clock;
  #taken = 0;
  /** Who passed before, and who just came. */
  readonly #ahead: (() => void)[] = [];
  readonly #line: (() => void)[] = [];
  /** How long a turn takes of late, ms. */
  #turnMs = 10;
  /** When there should be room for the next who is sent away: they come back one after the other. */
  #nextBackAt = 0;

  constructor(limits: TurnstileLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Errors: BUSY, with the time after which to come again; those of the work. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#line.length * this.#paceMs > this.#limits.patienceMs) throw this.#busy();
    return await this.#turn(work, this.#line);
  }

  /** For who passed before: it is not sent away, and goes before those who just came. Errors: those of the work. */
  async passFirst<T>(work: () => Promise<T>): Promise<T> {
    return await this.#turn(work, this.#ahead);
  }

  /** The time from one turn's end to the next one's, ms. */
  get #paceMs(): number {
    return this.#turnMs / this.#limits.atOnce;
  }

  async #turn<T>(work: () => Promise<T>, line: (() => void)[]): Promise<T> {
    if (this.#taken < this.#limits.atOnce) this.#taken += 1;
    else await new Promise<void>((wake) => line.push(wake));
    const startedAt = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#turnMs += weightOfLast * (this.#clock.now() - startedAt - this.#turnMs);
      const next = this.#ahead.shift() ?? this.#line.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }

  #busy(): CanopyError {
    const now = this.#clock.now();
    // Who comes passes twice.
    this.#nextBackAt = Math.max(this.#nextBackAt, now + this.#limits.patienceMs) + 2 * this.#paceMs;
    const retryAfterMs = Math.min(Math.ceil(this.#nextBackAt - now), mostAwayMs);
    return new CanopyError('BUSY', undefined, { retryAfterMs });
  }
}
