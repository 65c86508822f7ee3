export interface RampBounds {
  /** Joins per second. */
  start: number;
  least: number;
  most: number;
  /** Joins that take longer than this, ms, slow it down. */
  patienceMs: number;
}

const faster = 1.25;
const slower = 0.6;

/** How many joins a second the machine is asked for: more as long as they are answered in time, fewer as soon as they are not. */
export class Ramp {
  #perSecond: number;
  readonly #bounds: RampBounds;

  constructor(bounds: RampBounds) {
    this.#bounds = bounds;
    this.#perSecond = bounds.start;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** Heeds the last second: what its joins took, ms, and how many still wait for their answer. */
  heed(joinMs: readonly number[], waiting: number): void {
    const { least, most, patienceMs } = this.#bounds;
    const late = joinMs.filter((ms) => ms > patienceMs).length;
    const overwhelmed = late > joinMs.length / 20 || waiting > this.#perSecond;
    this.#perSecond = Math.min(most, Math.max(least, this.#perSecond * (overwhelmed ? slower : faster)));
  }
}
