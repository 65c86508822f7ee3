import { type Bucket, fullBucket, type RateLimit, take } from '@canopy/runtime/token-bucket';

/** A peer asks each edge at most once in two seconds and answers as often: this is ten times that. */
const peerLimit: RateLimit = { ratePerSecond: 10, burst: 20 };

/** For all others together: edges not heard of yet, and whoever else sends something. */
const strangersLimit: RateLimit = { ratePerSecond: 50, burst: 100 };

/**
 * Decides by the sender's address alone, before anything costly is done, whether a datagram is looked at. Each known edge has
 * its own allowance, all strangers share one: whatever they send, they neither cost more nor crowd out the known ones, and
 * nothing is remembered of them.
 */
export class GuestList {
  readonly #now: () => number;
  readonly #known = new Map<string, Bucket>();
  #strangers: Bucket;

  constructor(now: () => number) {
    this.#now = now;
    this.#strangers = fullBucket(strangersLimit, now());
  }

  /** `address`: ip:port. */
  add(address: string): void {
    if (!this.#known.has(address)) this.#known.set(address, fullBucket(peerLimit, this.#now()));
  }

  remove(address: string): void {
    this.#known.delete(address);
  }

  admits(address: string): boolean {
    const known = this.#known.get(address);
    const { bucket, taken } = take(known ?? this.#strangers, known ? peerLimit : strangersLimit, this.#now());
    if (known === undefined) this.#strangers = bucket;
    else this.#known.set(address, bucket);
    return taken;
  }
}
