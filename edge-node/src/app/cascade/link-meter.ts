import { type Clock, pause } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { type Reception, ReceptionMeter, silentAfterMs } from '../../core/cascade/silence.ts';
import { inBackground } from '../background.ts';
import type { Pipe } from '../ports/media.ts';

/** Silence is told when two frames are missing; the third or fourth is to be the first one over the other way. */
const lookEveryMs = 15;
/** What a dying parent still sent is not looked at. */
const lastWordsMs = 10;
/** Longer than a frame at 30 per second takes. */
const momentMs = 40;

/** Sees whether anything arrives over a pipe, as long as somebody watches. */
export class LinkMeter {
  readonly #pipe: Pipe;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onSilent: (reception: Reception) => void;
  #meter: ReceptionMeter;
  #watchers = 0;
  #looking = false;
  #stop = () => {};
  #cancelLook = () => {};

  constructor(pipe: Pipe, clock: Clock, logger: Logger, onSilent: (reception: Reception) => void) {
    this.#pipe = pipe;
    this.#clock = clock;
    this.#logger = logger;
    this.#onSilent = onSilent;
    this.#meter = new ReceptionMeter(clock.monotonicMs());
  }

  reception(): Reception {
    return this.#meter.reception(this.#clock.monotonicMs());
  }

  watch(): () => void {
    this.#watchers++;
    if (this.#watchers === 1) {
      this.#meter = new ReceptionMeter(this.#clock.monotonicMs());
      this.#stop = this.#clock.every(lookEveryMs, () => this.#lookInBackground());
    }
    return () => {
      this.#watchers--;
      if (this.#watchers === 0) this.close();
    };
  }

  /** True when something arrives within a moment, or so many. */
  async receives(moments = 1): Promise<boolean> {
    await pause(this.#clock, lastWordsMs);
    const before = await this.#bytes();
    for (let moment = 0; moment < moments; moment++) {
      await pause(this.#clock, momentMs);
      if ((await this.#bytes()) !== before) return true;
    }
    return false;
  }

  close(): void {
    this.#stop();
    this.#cancelLook();
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#pipe.closed) return;
    this.#looking = true;
    const askedAt = this.#clock.monotonicMs();
    try {
      this.#meter.look(await this.#bytes(), this.#clock.monotonicMs(), askedAt);
    } finally {
      this.#looking = false;
    }
    // An answer that was long in coming knows nothing of what arrived since it was asked for.
    const reception = this.#meter.reception(askedAt);
    const { idleMs, patienceMs = silentAfterMs } = reception;
    const answeredAfterMs = this.#clock.monotonicMs() - askedAt;
    if (idleMs < patienceMs) this.#lookAfter(Math.max(1, patienceMs - idleMs - answeredAfterMs));
    else if (!this.#pipe.closed) this.#onSilent(reception);
  }

  /** The moment at which silence is one is looked at, if that is before the next look. */
  #lookAfter(ms: number): void {
    this.#cancelLook();
    if (this.#watchers > 0 && !this.#pipe.closed && ms < lookEveryMs)
      this.#cancelLook = this.#clock.after(ms, () => this.#lookInBackground());
  }

  #lookInBackground(): void {
    inBackground(this.#logger, 'looking at a pipe', this.#look());
  }

  async #bytes(): Promise<number> {
    if (this.#pipe.closed) return 0;
    try {
      return await this.#pipe.receivedBytes();
    } catch (error) {
      if (this.#pipe.closed) return 0;
      throw error;
    }
  }
}
