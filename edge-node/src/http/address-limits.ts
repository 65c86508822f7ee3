import { type Bucket, fullBucket, type RateLimit, take } from '@canopy/runtime/token-bucket';

const mostAddresses = 10_000;

/** How often each address may ask. Forgets everybody when there are too many to remember: memory is bounded, whoever asks. */
export class AddressLimits {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** `now` in ms of any clock that does not step back. */
  admits(address: string, now: number): boolean {
    const known = this.#buckets.get(address) ?? fullBucket(this.#limit, now);
    const { bucket, taken } = take(known, this.#limit, now);
    if (this.#buckets.size >= mostAddresses) this.#buckets.clear();
    this.#buckets.set(address, bucket);
    return taken;
  }
}
