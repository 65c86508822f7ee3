/** What was received over a link lately. Times in ms. */
export interface Reception {
  /** Since the last byte arrived. */
  idleMs: number;
  /** Since bytes have been arriving without a pause. */
  busyMs: number;
}

/** A pause longer than this is silence: three frames at 30 per second. */
export const silentAfterMs = 100;
/** The other way must have carried media this much longer: where a publisher pauses, both end at about the same time. */
const outlivedByMs = 80;
/** Without a second way to compare with, it takes this long: a publisher may pause, too. */
export const silentAloneAfterMs = 300;
/** Silence this long, while the other way carries media, is the loss of the link. */
export const lostAfterMs = 1_000;

/**
 * True when a way seems broken: nothing comes over it, while the other way (undefined when it is held back) has been busy
 * all along. When both are silent, it is the publisher who pauses.
 */
export function seemsBroken(way: Reception, other: Reception | undefined): boolean {
  if (other === undefined) return way.idleMs >= silentAloneAfterMs;
  const outlived = way.idleMs - other.idleMs >= outlivedByMs;
  return way.idleMs >= silentAfterMs && outlived && other.busyMs >= silentAfterMs;
}

/** What is known of a link's reception from looking at its byte count now and then. */
export class ReceptionMeter {
  #bytes = -1;
  #lastByteAt: number;
  #busySince: number;

  constructor(now: number) {
    this.#lastByteAt = now;
    this.#busySince = now;
  }

  /** Takes a look at the count of bytes received so far. */
  look(bytes: number, now: number): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    if (now - this.#lastByteAt >= silentAfterMs) this.#busySince = now;
    this.#lastByteAt = now;
  }

  reception(now: number): Reception {
    const idleMs = now - this.#lastByteAt;
    return { idleMs, busyMs: idleMs >= silentAfterMs ? 0 : now - this.#busySince };
  }
}
