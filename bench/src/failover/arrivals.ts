import { longestPause } from './pauses.ts';

/** The arrivals of one track at one viewer, around a fault. Times in ms of performance.now(). */
export class Arrivals {
  readonly #ssrcs: ReadonlySet<number>;
  readonly #at: number[] = [];
  /** When each frame came first, by its number. */
  readonly #frames = new Map<number, number>();
  /** Streams other than those that its consumers announced. */
  readonly strangers = new Set<number>();

  /** @param ssrcs of its consumers: a second one where the edge falls back on that. */
  constructor(ssrcs: Iterable<number>) {
    this.#ssrcs = new Set(ssrcs);
  }

  get arrivals(): readonly number[] {
    return this.#at;
  }

  note(ssrc: number, frame: number, now: number): void {
    if (this.#ssrcs.has(ssrc)) {
      this.#at.push(now);
      if (!this.#frames.has(frame)) this.#frames.set(frame, now);
    } else if (ssrc !== probationSsrc) this.strangers.add(ssrc);
  }

  /** Frames of which nothing came, from the last that came before `since` to the last before `until`. */
  framesMissed(since: number, until: number): number {
    const came = [...this.#frames].filter(([, at]) => at <= until);
    const first = Math.max(...came.filter(([, at]) => at <= since).map(([number]) => number));
    const later = came.map(([number]) => number).filter((number) => number > first);
    return later.length === 0 ? 0 : Math.max(...later) - first - later.length;
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
