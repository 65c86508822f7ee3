import type { User } from '../../core/account/account.ts';

export interface NewUser {
  id: string;
  email: string | undefined;
  handle: string;
  name: string;
  language: string | undefined;
  /** PHC string. */
  passwordHash: string | undefined;
}

/** Somebody as a provider of OpenID Connect knows them. */
export interface Identity {
  issuer: string;
  subject: string;
}

/** Errors: STATE_UNAVAILABLE. */
export interface AccountRecords {
  /** Errors: NAME_TAKEN. */
  create(user: NewUser, identity: Identity | undefined): Promise<User>;
  find(userId: string): Promise<User | undefined>;
  findByHandle(handle: string): Promise<(User & { roomId: string | undefined }) | undefined>;
  findByIdentity(identity: Identity): Promise<User | undefined>;
  /** With what the password is compared with. */
  findByEmail(email: string): Promise<{ user: User; passwordHash: string | undefined } | undefined>;
  passwordHash(userId: string): Promise<string | undefined>;
  /** Errors: NAME_TAKEN. */
  change(userId: string, change: Partial<Pick<User, 'name' | 'handle' | 'language'>>): Promise<User | undefined>;
  /** Ends every session but one. */
  setPassword(userId: string, passwordHash: string, keptSession: string): Promise<void>;
  /** Makes a meeting the user's personal room, unless another one took the place of `before`. */
  setRoom(userId: string, before: string | undefined, meetingId: string): Promise<boolean>;
  /** With everything that is theirs. */
  remove(userId: string): Promise<void>;
  /** Ids of meetings of theirs that are live. */
  liveMeetings(userId: string): Promise<readonly string[]>;
}

export interface NewSession {
  tokenHash: string;
  userId: string;
  /** Unix ms. */
  expiresAt: number;
  /** The hash that the user's password was found to match; undefined when somebody else vouches for the user. */
  proven: string | undefined;
}

/** Errors: STATE_UNAVAILABLE. */
export interface SessionRecords {
  /** False, and nothing has begun, when the user's password is not the proven one any more. */
  begin(session: NewSession): Promise<boolean>;
  /** The user of a session that has not expired. */
  userOf(tokenHash: string): Promise<string | undefined>;
  end(tokenHash: string): Promise<void>;
  forgetExpired(): Promise<void>;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long where there is nothing to compare with. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
}

/** Random, and what of it is kept. */
export interface SessionTokens {
  issue(): { token: string; hash: string };
  hash(token: string): string;
}

/** Errors: STATE_UNAVAILABLE. */
export interface ResetRecords {
  /** The user with this email address or handle, if they have a password here. */
  withPassword(name: string): Promise<string | undefined>;
  /** In place of the user's former one. */
  keep(tokenHash: string, userId: string, expiresAt: number): Promise<void>;
  /** The user of one that has not expired. */
  ownerOf(tokenHash: string): Promise<string | undefined>;
  /** Sets the password and ends every session, once; false if it is worth nothing (any more). */
  use(tokenHash: string, passwordHash: string): Promise<boolean>;
}
