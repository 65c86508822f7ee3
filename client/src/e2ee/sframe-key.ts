import { encodeHeader, type SFrameHeader, uint64 } from './sframe-header.ts';

/** AES_128_GCM_SHA256_128 (RFC 9605 §4.5). */
const cipherSuite = 4;
const keyBits = 128;
const nonceBits = 96;
const tagBits = 128;

type Bytes = Uint8Array<ArrayBuffer>;

/** A key that encrypts the frames of one sender (RFC 9605 §4.4). Whoever encrypts with it never uses a counter twice. */
export class SFrameKey {
  readonly id: bigint;
  readonly #key: CryptoKey;
  readonly #salt: Bytes;

  private constructor(id: bigint, key: CryptoKey, salt: Bytes) {
    this.id = id;
    this.#key = key;
    this.#salt = salt;
  }

  static async derive(baseKey: Bytes, id: bigint): Promise<SFrameKey> {
    const secret = await crypto.subtle.importKey('raw', baseKey, 'HKDF', false, ['deriveBits']);
    const [key, salt] = await Promise.all([
      expand(secret, 'SFrame 1.0 Secret key ', id, keyBits),
      expand(secret, 'SFrame 1.0 Secret salt ', id, nonceBits),
    ]);
    const usage: KeyUsage[] = ['encrypt', 'decrypt'];
    return new SFrameKey(id, await crypto.subtle.importKey('raw', key, 'AES-GCM', false, usage), salt);
  }

  /** Header, ciphertext and tag. The metadata travels beside it, readable but protected. */
  async encrypt(counter: bigint, plaintext: Bytes, metadata: Bytes): Promise<Bytes> {
    const header = encodeHeader({ keyId: this.id, counter });
    const ciphertext = await crypto.subtle.encrypt(this.#algorithm(counter, header, metadata), this.#key, plaintext);
    return concat(header, new Uint8Array(ciphertext));
  }

  /** Undefined if it was encrypted with another key, or changed since. `frame` begins with its header, which was decoded. */
  async decrypt(
    { counter, length }: SFrameHeader & { length: number },
    frame: Bytes,
    metadata: Bytes,
  ): Promise<Bytes | undefined> {
    const algorithm = this.#algorithm(counter, frame.subarray(0, length), metadata);
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.#key, frame.subarray(length)));
    } catch {
      // Web Crypto says no more than that (https://www.w3.org/TR/webcrypto/#aes-gcm-operations).
      return undefined;
    }
  }

  #algorithm(counter: bigint, header: Bytes, metadata: Bytes): AesGcmParams {
    const iv = Uint8Array.from(this.#salt);
    const view = new DataView(iv.buffer);
    view.setBigUint64(4, view.getBigUint64(4) ^ counter);
    return { name: 'AES-GCM', iv, additionalData: concat(header, metadata), tagLength: tagBits };
  }
}

async function expand(secret: CryptoKey, label: string, keyId: bigint, bits: number): Promise<Bytes> {
  const info = concat(new TextEncoder().encode(label), uint64(keyId), Uint8Array.of(0, cipherSuite));
  const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(params, secret, bits));
}

/** One after the other. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
