import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Ask } from '../feature.ts';
import { ClockComparison } from './clock-comparison.ts';

/** Often at first, because the shortest of several round trips counts; then as often as clocks drift by some ms. */
const firstAnswers = 4;
const firstPeriodMs = 1_000;
const laterPeriodMs = 60_000;

/** Keeps comparing this computer's clock with the server's, until stopped. */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #ask: Ask;
  readonly #comparison = new ClockComparison();
  #answers = 0;
  #cancel: () => void;

  constructor(clock: Clock, ask: Ask) {
    this.#clock = clock;
    this.#ask = ask;
    this.#cancel = clock.after(firstPeriodMs, () => void this.#look());
  }

  /** How far this clock is ahead, in ms; undefined while nothing was measured. */
  get aheadMs(): number | undefined {
    return this.#comparison.aheadMs;
  }

  stop(): void {
    this.#cancel();
  }

  async #look(): Promise<void> {
    this.#cancel = this.#clock.after(
      this.#answers < firstAnswers ? firstPeriodMs : laterPeriodMs,
      () => void this.#look(),
    );
    const askedAt = this.#clock.now();
    try {
      const { time } = await this.#ask({ getTime: {} });
      if (time === undefined) throw new CanopyError('MALFORMED_MESSAGE');
      this.#comparison.add({ askedAt, answeredAt: this.#clock.now(), serverTime: time.unixMs });
      this.#answers += 1;
    } catch (error) {
      // The next look asks again.
      console.debug('canopy: the clocks were not compared', CanopyError.from(error).code);
    }
  }
}
