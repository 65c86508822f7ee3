import { concat, SFrameKey } from './sframe-key.ts';

/** Encrypts what one sender sends on one session. Its key id is drawn at random, so that no two sessions of anybody share a key, and no counter is used twice with one. */
export class FrameSealer {
  readonly #key: Promise<SFrameKey>;
  #counter = 0n;

  constructor(
    baseKey: Promise<Uint8Array<ArrayBuffer>>,
    keyId = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n,
  ) {
    this.#key = baseKey.then((key) => SFrameKey.derive(key, keyId));
  }

  /** @param clear bytes at the beginning that stay readable */
  async seal(frame: Uint8Array<ArrayBuffer>, clear: number): Promise<Uint8Array<ArrayBuffer>> {
    const counter = this.#counter++;
    const metadata = frame.subarray(0, clear);
    const key = await this.#key;
    return concat(metadata, await key.encrypt(counter, frame.subarray(clear), metadata));
  }
}
