import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';

export interface TurnstileLimits {
  /** Turns that are taken at once: more of them would only keep each other, and everybody who is in already, from being served. */
  atOnce: number;
  /** Nobody stands in line for much longer, ms: whoever would comes again. */
  patienceMs: number;
}

/** A turn under way. */
export interface Turn {
  /** Waits for somebody else's work; others pass meanwhile, and then it goes on before those who just came. */
  readonly aside: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Who comes takes one to be known, one up to the edge's work, and one after it. */
const turnsOfOne = 3;
/** How much the last turn counts in the time that turns take. */
const weightOfLast = 0.05;
/** Nobody is sent away for longer, ms. */
const mostAwayMs = 60_000;

/** Lets through a few at a time, in the order in which they came; whoever would have to wait for long is told when to come again. */
export class Turnstile {
  readonly #limits: TurnstileLimits;
  readonly #clock: Clock;
  #taken = 0;
  /** Who passed before, who just came, and whom a door let in with many others. */
  readonly #ahead: (() => void)[] = [];
  readonly #line: (() => void)[] = [];
  readonly #crowd: (() => void)[] = [];
  #isCrowdNext = false;
  /** How long a turn takes of late, ms. */
  #turnMs = 10;
  /** When there should be room for the next who is sent away: they come back one after the other. */
  #nextBackAt = 0;

  constructor(limits: TurnstileLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Errors: BUSY, with the time after which to come again; those of the work. */
  async pass<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    // A crowd takes every second turn.
    const before = this.#line.length + Math.min(this.#crowd.length, this.#line.length);
    if (before * this.#paceMs > this.#limits.patienceMs) throw this.#busy();
    return await this.#during(this.#line, work);
  }

  /** For who passed before: it is not sent away, and goes before those who just came. Errors: those of the work. */
  async passFirst<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    return await this.#during(this.#ahead, work);
  }

  /** For who waited at a door until it opened to many at once: it is not sent away, and takes turns with those who just came. Errors: those of the work. */
  async passWithCrowd<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    return await this.#during(this.#crowd, work);
  }

  /** The time from one turn's end to the next one's, ms. */
  get #paceMs(): number {
    return this.#turnMs / this.#limits.atOnce;
  }

  async #during<T>(line: (() => void)[], work: (turn: Turn) => Promise<T>): Promise<T> {
    let since = await this.#take(line);
    const aside = async <Other>(other: () => Promise<Other>): Promise<Other> => {
      this.#leave(since);
      try {
        return await other();
      } finally {
        since = await this.#take(this.#ahead);
      }
    };
    try {
      return await work({ aside });
    } finally {
      this.#leave(since);
    }
  }

  /** When the turn came, ms. */
  async #take(line: (() => void)[]): Promise<number> {
    if (this.#taken < this.#limits.atOnce) this.#taken += 1;
    else await new Promise<void>((wake) => line.push(wake));
    return this.#clock.now();
  }

  #leave(since: number): void {
    this.#turnMs += weightOfLast * (this.#clock.now() - since - this.#turnMs);
    const next = this.#ahead.shift() ?? this.#nextOfOthers();
    if (next === undefined) this.#taken -= 1;
    else next();
  }

  /** One of each by turns: neither keeps the other out. */
  #nextOfOthers(): (() => void) | undefined {
    const [first, second] = this.#isCrowdNext ? [this.#crowd, this.#line] : [this.#line, this.#crowd];
    this.#isCrowdNext = !this.#isCrowdNext;
    return first.shift() ?? second.shift();
  }

  #busy(): CanopyError {
    const now = this.#clock.now();
    this.#nextBackAt = Math.max(this.#nextBackAt, now + this.#limits.patienceMs) + turnsOfOne * this.#paceMs;
    const retryAfterMs = Math.min(Math.ceil(this.#nextBackAt - now), mostAwayMs);
    return new CanopyError('BUSY', undefined, { retryAfterMs });
  }
}
