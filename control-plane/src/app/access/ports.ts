import type { KeyScope } from '../../core/access/scopes.ts';
import type { RoleName } from '../../core/meeting/roles.ts';

/** What is kept of the secret of an API key. */
export interface KeySecrets {
  /** SHA-256 of the secret, hex. */
  secretHash: string;
  /** Signs and verifies join tokens (HS256). */
  signingSecret: string;
}

/** An API key without its secret. */
export interface ApiKey extends KeySecrets {
  id: string;
  scopes: readonly KeyScope[];
  /** Unix ms. */
  expiresAt: number | undefined;
  /** Those before the last rotation, good until `until` (Unix ms). */
  previous: (KeySecrets & { until: number }) | undefined;
}

/** Errors: STATE_UNAVAILABLE. */
export interface ApiKeys {
  /** Undefined if it is unknown, or revoked. */
  find(keyId: string): Promise<ApiKey | undefined>;
}

/** What a join token says. */
export interface JoinClaims {
  meetingId: string;
  participantId: string;
  role: RoleName;
  name: string;
  userId: string | undefined;
}

/** What signs and verifies tokens in the name of an API key. */
export type SigningKey = Pick<ApiKey, 'id' | 'signingSecret'>;

/** Makes and reads join tokens: JWTs signed with HS256, `kid` the API key's id, audience `canopy:join`. */
export interface JoinTokens {
  /** `expiresAt` in Unix ms. */
  sign(claims: JoinClaims, key: SigningKey, expiresAt: number): Promise<string>;
  /** The id of the key it says it is signed with; not verified. */
  keyIdOf(token: string): string | undefined;
  /** Undefined for anything but a valid token of that key. */
  verify(token: string, key: SigningKey): Promise<JoinClaims | undefined>;
}

/** What a link to a meeting says. */
export interface InvitationClaims {
  meetingId: string;
  role: RoleName;
  linkRevision: number;
  /** It is of somebody who registered, and nobody else's. */
  registrationId?: string | undefined;
}

/** Makes and reads what links carry: JWTs signed with HS256, `kid` the API key's id, audience `canopy:invitation`. */
export interface InvitationTokens {
  sign(claims: InvitationClaims, key: SigningKey): Promise<string>;
  /** The id of the key it says it is signed with, not verified; undefined if it says that it is something else. */
  keyIdOf(token: string): string | undefined;
  /** Undefined for anything but what a link of that key carries. */
  verify(token: string, key: SigningKey): Promise<InvitationClaims | undefined>;
}

/** Throws RATE_LIMITED when somebody, named by a key, does too much. */
export type Limiter = (key: string) => Promise<void>;

/** The same for tries at a secret. Returns what gives one back that was right, so that only wrong ones count. */
export type AttemptLimiter = (key: string) => Promise<() => Promise<void>>;
