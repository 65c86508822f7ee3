import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';

/** A key of 256 bits. */
interface SealingKey {
  id: string;
  key: KeyObject;
}

/** What secrets in the database are sealed with. */
export interface SealingKeys {
  /** Seals what is written; undefined: that is written in clear. */
  first: SealingKey | undefined;
  /** Any of these opens, the first among them. */
  all: readonly SealingKey[];
}

export const noSealingKeys: SealingKeys = { first: undefined, all: [] };

/** Which secret of which row. */
export interface SecretPlace {
  of: 'webhooks.secret' | 'api_keys.signing_secret';
  /** The row's. */
  id: string;
}

/** Whatever is sealed begins so, in this version and in others; no secret in clear does. */
export const sealedMark = 'sealed:';
const sealedShape = /^(sealed:v1:([\w-]{1,32}):)([\w-]+)$/;

/** GCM as in NIST SP 800-38D: random nonces of 96 bits, which one key has enough of for 2³² secrets. */
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals secrets for the database, and opens them: `sealed:v1:<key id>:<base64url of nonce, ciphertext and tag>`. A sealed one
 * opens in its own place only; one in clear is its own text.
 */
export class Sealer {
  /** How the key that seals now makes it begin; undefined: what is written is in clear. */
  readonly head: string | undefined;
  readonly #keys: SealingKeys;
  readonly #logger: Logger;

  constructor(keys: SealingKeys, logger: Logger) {
    this.#keys = keys;
    this.#logger = logger;
    this.head = keys.first && `${sealedMark}v1:${keys.first.id}:`;
  }

  has(keyId: string): boolean {
    return this.#keys.all.some(({ id }) => id === keyId);
  }

  /** What is to be kept of a secret there. */
  seal(secret: string, place: SecretPlace): string {
    const { first } = this.#keys;
    if (first === undefined || this.head === undefined) return secret;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, first.key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(boundTo(this.head, place));
    const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return this.head + Buffer.concat(sealed).toString('base64url');
  }

  /** Errors: SECRET_SEALED, its key is not here, or it was not sealed for this place; the log says which. */
  open(kept: string, place: SecretPlace): string {
    if (!kept.startsWith(sealedMark)) return kept;
    const [, head = '', keyId, text = ''] = sealedShape.exec(kept) ?? [];
    const key = this.#keys.all.find(({ id }) => id === keyId)?.key;
    if (key === undefined) throw this.#refusal(place, keyId, 'CONTROL_SEALING_KEYS lacks its key');
    try {
      return opened(key, Buffer.from(text, 'base64url'), boundTo(head, place));
    } catch (cause) {
      throw this.#refusal(place, keyId, 'it was changed, or sealed for another row', cause);
    }
  }

  #refusal({ of, id }: SecretPlace, keyId: string | undefined, why: string, cause?: unknown): CanopyError {
    this.#logger.error({ of, id, keyId, why }, 'a secret in the database can’t be opened');
    return new CanopyError('SECRET_SEALED', undefined, { cause });
  }
}

/** Throws for what was not sealed so. */
function opened(key: KeyObject, sealed: Buffer, binding: Buffer): string {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(binding);
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

/** None of its parts but the last has a colon where another could begin. */
function boundTo(head: string, { of, id }: SecretPlace): Buffer {
  return Buffer.from(`${head}${of}:${id}`);
}
