import { type Bucket, type BucketRate, fullBucket, take } from '../core/probing/token-bucket.ts';

const mostAddresses = 10_000;

/** How often each address may ask. Forgets everybody when there are too many to remember: memory is bounded, whoever asks. */
export class AddressLimits {
  readonly #rate: BucketRate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: BucketRate) {
    this.#rate = rate;
  }

  /** `now` in ms of any clock that does not step back. */
  admits(address: string, now: number): boolean {
    const known = this.#buckets.get(address) ?? fullBucket(this.#rate, now);
    const { bucket, passes } = take(known, this.#rate, now);
    if (this.#buckets.size >= mostAddresses) this.#buckets.clear();
    this.#buckets.set(address, bucket);
    return passes;
  }
}
