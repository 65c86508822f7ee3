import type { RoleName } from '../../core/meeting/roles.ts';

/** An API key without its secret. */
export interface ApiKey {
  id: string;
  /** SHA-256 of the secret, hex. */
  secretHash: string;
  /** Signs and verifies join tokens (HS256). */
  signingSecret: string;
}

/** Errors: STATE_UNAVAILABLE. */
export interface ApiKeys {
  find(keyId: string): Promise<ApiKey | undefined>;
  /** Adds the key, or gives the known one its secret; with `keep` a known one stays as it is. */
  ensure(key: ApiKey, keep: boolean): Promise<void>;
}

/** What a join token says. */
export interface JoinClaims {
  meetingId: string;
  participantId: string;
  role: RoleName;
  name: string;
  userId: string | undefined;
}

/** Makes and reads join tokens: JWTs signed with HS256, `kid` the API key's id, audience `canopy:join`. */
export interface JoinTokens {
  /** `expiresAt` in Unix ms. */
  sign(claims: JoinClaims, key: ApiKey, expiresAt: number): Promise<string>;
  /** The id of the key it says it is signed with; not verified. */
  keyIdOf(token: string): string | undefined;
  /** Undefined for anything but a valid token of that key. */
  verify(token: string, key: ApiKey): Promise<JoinClaims | undefined>;
}

/** What a link to a meeting says. */
export interface InvitationClaims {
  meetingId: string;
  role: RoleName;
  linkRevision: number;
}

/** Makes and reads what links carry: JWTs signed with HS256, `kid` the API key's id, audience `canopy:invitation`. */
export interface InvitationTokens {
  sign(claims: InvitationClaims, key: Pick<ApiKey, 'id' | 'signingSecret'>): Promise<string>;
  /** The id of the key it says it is signed with, not verified; undefined if it says that it is something else. */
  keyIdOf(token: string): string | undefined;
  /** Undefined for anything but what a link of that key carries. */
  verify(token: string, key: Pick<ApiKey, 'id' | 'signingSecret'>): Promise<InvitationClaims | undefined>;
}

/** Throws RATE_LIMITED when somebody, named by a key, does too much. */
export type Limiter = (key: string) => Promise<void>;
