/** Time as the code sees it. Core functions take `now` as a number; app code takes a Clock, so that tests and the simulator own time. */
export interface Clock {
  /** Unix time in ms. It may be set, ahead or back. */
  now(): number;
  /** ms, with fractions, of a clock that nobody sets: for how long something took. Since when it counts means nothing. */
  monotonicMs(): number;
  /** Calls `callback` once after `delayMs`, by {@link monotonicMs} not a moment before; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls `callback` every `periodMs`; the returned function ends that. */
  every(periodMs: number, callback: () => void): () => void;
}

/** Timers of Node.js and of browsers take no longer delay. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const dueAt = performance.now() + Math.ceil(delayMs);
    let timer: ReturnType<typeof setTimeout>;
    // Timers of Node.js and of browsers are early by a millisecond now and then.
    const wait = (forMs: number) => {
      timer = setTimeout(
        () => {
          const leftMs = dueAt - performance.now();
          if (leftMs > 0) wait(Math.ceil(leftMs));
          else callback();
        },
        Math.min(forMs, longestTimerMs),
      );
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};

/** Resolves after `delayMs`; rejects with the reason of `signal` as soon as that aborts. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

interface Timer {
  dueAt: number;
  callback: () => void;
  periodMs?: number;
}

/** A clock that moves only when told to. */
export class VirtualClock implements Clock {
  #now: number;
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#aheadMs;
  }

  monotonicMs(): number {
    return this.#now;
  }

  /** Somebody sets it: its timers go on as before. */
  set(byMs: number): void {
    this.#aheadMs += byMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#add({ dueAt: this.#now + delayMs, callback });
  }

  every(periodMs: number, callback: () => void): () => void {
    return this.#add({ dueAt: this.#now + periodMs, callback, periodMs });
  }

  /** Moves time forward and runs every timer that falls due, in order. */
  advance(byMs: number): void {
    const until = this.#now + byMs;
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.#now = timer.dueAt;
      if (timer.periodMs === undefined) this.#timers.delete(timer);
      else timer.dueAt += timer.periodMs;
      timer.callback();
    }
    this.#now = until;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }
}
