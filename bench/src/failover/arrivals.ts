import { longestPause } from './pauses.ts';

/** The arrivals of one stream at one viewer, around a fault. Times in ms of performance.now(). */
export class Arrivals {
  readonly #ssrc: number;
  readonly #at: number[] = [];
  /** Streams other than the one the consumer announced. */
  readonly strangers = new Set<number>();

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  get arrivals(): readonly number[] {
    return this.#at;
  }

  note(ssrc: number, now: number): void {
    if (ssrc === this.#ssrc) this.#at.push(now);
    else if (ssrc !== probationSsrc) this.strangers.add(ssrc);
  }

  /** The longest time without a packet from `since` until `until`, packets before and after included; infinite when none came after. */
  gapMs(since: number, until: number): number {
    return this.#at.some((at) => at > since && at <= until)
      ? longestPause(this.#at, since, until)
      : Number.POSITIVE_INFINITY;
  }
}

/** mediasoup probes bandwidth with packets of this SSRC. */
const probationSsrc = 1234;
