import { siteKey } from '@canopy/runtime/address';
import { type Bucket, fullBucket, type RateLimit, take } from '@canopy/runtime/token-bucket';

const mostAddresses = 10_000;

/** How often each address may ask, or of IPv6 each /64, whose owner has all of its addresses. Forgets everybody when there are too many to remember: memory is bounded, whoever asks. */
export class AddressLimits {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** `now` in ms of any clock that does not step back. */
  admits(address: string, now: number): boolean {
    const site = siteKey(address);
    const known = this.#buckets.get(site) ?? fullBucket(this.#limit, now);
    const { bucket, taken } = take(known, this.#limit, now);
    if (this.#buckets.size >= mostAddresses) this.#buckets.clear();
    this.#buckets.set(site, bucket);
    return taken;
  }
}
