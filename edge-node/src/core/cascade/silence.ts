/** What was received over a link lately. Times in ms. */
export interface Reception {
  /** Since the last byte arrived. */
  idleMs: number;
  /** Since bytes have been arriving without a pause. */
  busyMs: number;
  /** A pause longer than this is unusual here; absent: {@link silentAfterMs}. */
  patienceMs?: number;
  /** Looks that found something new, in the last {@link goesOnWithinMs}; absent: enough. */
  news?: number;
  /** The last byte may have arrived that much earlier, because it was looked for late; absent: not at all. */
  unsureMs?: number;
  /** False until a byte was seen to arrive; absent: one was. */
  begun?: boolean;
}

/** A pause longer than this is silence: two frames at 30 per second are missing. Where pauses are usual, of a slow camera or on a way with jitter and loss, it takes longer. */
export const silentAfterMs = 75;
/** A way over which anything came within this goes on: that of a camera of 15 frames per second does. */
const goesOnWithinMs = 100;
/** The other way must have carried media this much longer: where a publisher pauses, both end at about the same time. */
const outlivedByMs = 60;
/** Looks are no further apart than this, unless the process waits for its turn: then what arrived meanwhile is found late. */
const promptMs = 20;
/** One packet may be a report: media comes again and again. */
const leastNews = 2;
/** Without a second way to compare with, it takes this long: a publisher may pause, too. */
export const silentAloneAfterMs = 500;
/** Silence this long, while the other way carries media, is the loss of the link. */
export const lostAfterMs = 1_000;
/** Where the parent passes on its own second way, that is silent, too, and not the parent's fault: it says so before this. */
const chainLostAfterMs = 2 * lostAfterMs;

/** What is let flow begins with a keyframe, of which its publisher, continents away perhaps, sends one per 500 ms. */
const neverBegunAfterMs = 3 * lostAfterMs;

/** A way that is not in use is lost when nothing has come over it for so long, ms, while the other one was busy. */
export function givenUpAfterMs({ begun = true }: Pick<Reception, 'begun'>, chained: boolean): number {
  if (!begun) return neverBegunAfterMs;
  return chained ? chainLostAfterMs : lostAfterMs;
}

/** Pauses are averaged over about so many, and none counts as more than this: it may have been a publisher who paused. */
const pausesKept = 16;
const longestUsualMs = 1_000;

/**
 * True when a way seems broken: nothing comes over it, while the other way (undefined when it is held back) has been busy
 * all along. When both are silent, it is the publisher who pauses.
 */
export function seemsBroken(way: Reception, other: Reception | undefined): boolean {
  const { idleMs, patienceMs = silentAfterMs } = way;
  if (other === undefined) return idleMs >= Math.max(silentAloneAfterMs, patienceMs);
  const outlivedMs = idleMs - other.idleMs - (other.unsureMs ?? 0);
  const outlived = outlivedMs >= outlivedByMs && (other.news ?? leastNews) >= leastNews;
  return idleMs >= patienceMs && outlived && other.busyMs >= goesOnWithinMs;
}

/** What is known of a link's reception from looking at its byte count now and then. */
export class ReceptionMeter {
  #bytes = -1;
  #begun = false;
  #lastByteAt: number;
  #busySince: number;
  #lookedAt: number;
  #unsureMs = 0;
  /** Of the pauses between arrivals: their mean and mean deviation, ms. */
  #pauseMs = 0;
  #deviationMs = 0;
  /** When looks found something new, lately. */
  #newsAt: number[] = [];

  constructor(now: number) {
    this.#lastByteAt = now;
    this.#busySince = now;
    this.#lookedAt = now;
  }

  /** Takes a look at the count of bytes received so far; it was asked for at `askedAt`, and answered `now`. */
  look(bytes: number, now: number, askedAt = now): void {
    const sinceLookMs = now - this.#lookedAt;
    this.#lookedAt = askedAt;
    if (bytes === this.#bytes) return;
    // The first count is of what came before.
    this.#begun = this.#bytes >= 0;
    this.#bytes = bytes;
    this.#unsureMs = sinceLookMs > promptMs ? sinceLookMs : 0;
    const pauseMs = now - this.#lastByteAt;
    if (pauseMs >= goesOnWithinMs) this.#busySince = now;
    this.#learn(Math.min(pauseMs, longestUsualMs));
    this.#lastByteAt = now;
    this.#newsAt = [...this.#newsAt.filter((at) => now - at < goesOnWithinMs), now];
  }

  reception(now: number): Reception {
    const idleMs = now - this.#lastByteAt;
    const busyMs = idleMs >= goesOnWithinMs ? 0 : now - this.#busySince;
    const news = this.#newsAt.filter((at) => now - at < goesOnWithinMs).length;
    return { idleMs, busyMs, patienceMs: this.#patienceMs, news, unsureMs: this.#unsureMs, begun: this.#begun };
  }

  /** One frame may be lost, and the next may be as late as they come: two pauses and four deviations (after RFC 6298 §2.3). */
  get #patienceMs(): number {
    return Math.max(silentAfterMs, 2 * this.#pauseMs + 4 * this.#deviationMs);
  }

  #learn(pauseMs: number): void {
    this.#deviationMs += (Math.abs(pauseMs - this.#pauseMs) - this.#deviationMs) / pausesKept;
    this.#pauseMs += (pauseMs - this.#pauseMs) / pausesKept;
  }
}
