import type { KeyScope } from '../../core/access/scopes.ts';
import type { ApiKey, KeySecrets } from '../access/ports.ts';

/** An API key as operators see it. Times are Unix ms. */
export interface KeyEntry {
  id: string;
  name: string;
  scopes: readonly KeyScope[];
  createdAt: number;
  expiresAt: number | undefined;
  revokedAt: number | undefined;
  /** When its secret was changed last, and until when the one before is good. */
  rotatedAt: number | undefined;
  previousUntil: number | undefined;
}

/** Keys made by operators; those of the installation itself are not among them. Errors: STATE_UNAVAILABLE. */
export interface KeyRecords {
  list(): Promise<readonly KeyEntry[]>;
  find(keyId: string): Promise<KeyEntry | undefined>;
  /** Undefined: there are `most` that are not revoked already. */
  create(key: ApiKey, name: string, most: number): Promise<KeyEntry | undefined>;
  /** Undefined: it is unknown, or revoked. */
  rotate(keyId: string, secrets: KeySecrets, now: number, previousUntil: number): Promise<KeyEntry | undefined>;
  /** Once revoked, it stays so. */
  revoke(keyId: string, now: number): Promise<void>;
}
