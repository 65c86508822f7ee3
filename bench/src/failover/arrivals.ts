/** The arrivals of one stream at one viewer, around a fault. Times in ms of performance.now(). */
export class Arrivals {
  readonly #ssrc: number;
  readonly #at: number[] = [];
  /** Streams other than the one the consumer announced. */
  readonly strangers = new Set<number>();

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  note(ssrc: number, now: number): void {
    if (ssrc === this.#ssrc) this.#at.push(now);
    else if (ssrc !== probationSsrc) this.strangers.add(ssrc);
  }

  /** The longest time without a packet from `since` until `until`, packets before and after included; infinite when none came after. */
  gapMs(since: number, until: number): number {
    const before = this.#at.findLast((at) => at <= since) ?? since;
    const after = this.#at.filter((at) => at > since && at <= until);
    if (after.length === 0) return Number.POSITIVE_INFINITY;
    let previous = before;
    let gap = 0;
    for (const at of after) {
      gap = Math.max(gap, at - previous);
      previous = at;
    }
    return Math.max(gap, until - previous);
  }
}

/** mediasoup probes bandwidth with packets of this SSRC. */
const probationSsrc = 1234;
