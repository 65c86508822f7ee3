import { randomUUID } from 'node:crypto';
import { siteKey } from '@canopy/runtime/address';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import { handleFrom, personName, type User } from '../../core/account/account.ts';
import type { AttemptLimiter } from '../access/ports.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { AccountRecords, Identity, Passwords, SessionRecords, SessionTokens } from './ports.ts';

export interface AccountsDeps {
  records: AccountRecords;
  sessions: SessionRecords;
  passwords: Passwords;
  tokens: SessionTokens;
  meetings: Pick<Meetings, 'end'>;
  /** Whether strangers may make accounts with a password. */
  signUpAllowed: boolean;
  /** Throw RATE_LIMITED when somebody tries too many wrong passwords: from one address or in one user's sessions (and when one address makes too many accounts); of one account from wherever. */
  admitAttempt: AttemptLimiter;
  admitAttemptAtAccount: AttemptLimiter;
  clock: Clock;
  logger: Logger;
}

export interface SignUp {
  email: string;
  password: string;
  name: string;
  language: string | undefined;
}

/** Somebody as their provider vouches for them. */
export interface ForeignUser extends Identity {
  name: string;
}

/** A user, and the secret of the session that began. */
export interface SignedIn {
  user: User;
  token: string;
  /** Unix ms. */
  expiresAt: number;
}

const days = 86_400_000;
const sessionForMs = 30 * days;
const forgetEveryMs = 60 * 60_000;

/** People who sign in: with a password here, or at a provider of OpenID Connect. */
export class Accounts {
  readonly #deps: AccountsDeps;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  /** Forgets sessions that are over, until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(forgetEveryMs, () => {
      this.#deps.sessions.forgetExpired().catch((error: unknown) => {
        this.#deps.logger.debug({ err: error }, 'old sessions are not forgotten yet');
      });
    });
  }

  /** Errors: SIGN_UP_CLOSED, RATE_LIMITED, NAME_TAKEN, CREDENTIALS_WRONG (removed or reset in that moment), STATE_UNAVAILABLE. */
  async signUp({ email, password, name, language }: SignUp, address: string): Promise<SignedIn> {
    if (!this.#deps.signUpAllowed) throw new CanopyError('SIGN_UP_CLOSED');
    await this.#deps.admitAttempt(`sign-up ${siteKey(address)}`);
    const passwordHash = await this.#deps.passwords.hash(password);
    return await this.#begin(await this.#add({ email, name, language, passwordHash }, undefined), passwordHash);
  }

  /** Errors: CREDENTIALS_WRONG, RATE_LIMITED, STATE_UNAVAILABLE. */
  async signIn(email: string, password: string, address: string): Promise<SignedIn> {
    const attempts = [
      await this.#deps.admitAttempt(`address ${siteKey(address)}`),
      await this.#deps.admitAttemptAtAccount(email),
    ];
    const known = await this.#deps.records.findByEmail(email);
    const matches = await this.#deps.passwords.matches(password, known?.passwordHash);
    if (known === undefined || !matches) throw new CanopyError('CREDENTIALS_WRONG');
    await Promise.all(attempts.map((giveBack) => giveBack()));
    return await this.#begin(known.user, known.passwordHash);
  }

  /** Whoever the provider vouches for; an account is made the first time. Errors: SIGN_IN_REQUIRED (removed in that moment), STATE_UNAVAILABLE. */
  async signInAs({ issuer, subject, name }: ForeignUser): Promise<SignedIn> {
    const identity = { issuer, subject };
    const known = await this.#deps.records.findByIdentity(identity);
    const blank = { email: undefined, language: undefined, passwordHash: undefined };
    return await this.#begin(known ?? (await this.#add({ ...blank, name }, identity)), undefined);
  }

  /** Errors: STATE_UNAVAILABLE. */
  async signOut(token: string): Promise<void> {
    await this.#deps.sessions.end(this.#deps.tokens.hash(token));
  }

  /** Undefined: nobody is signed in. Errors: STATE_UNAVAILABLE. */
  async current(principal: Principal): Promise<User | undefined> {
    return principal.kind === 'user' ? await this.#deps.records.find(principal.userId) : undefined;
  }

  /** Errors: SIGN_IN_REQUIRED, STATE_UNAVAILABLE. */
  async profile(principal: Principal): Promise<User> {
    const user = await this.current(principal);
    if (user === undefined) throw new CanopyError('SIGN_IN_REQUIRED');
    return user;
  }

  /** Errors: SIGN_IN_REQUIRED, BAD_REQUEST, NAME_TAKEN, STATE_UNAVAILABLE. */
  async change(principal: Principal, change: Partial<Pick<User, 'name' | 'handle' | 'language'>>): Promise<User> {
    const name = change.name === undefined ? undefined : personName(change.name);
    if (name === '') throw new CanopyError('BAD_REQUEST', 'name: must not be empty');
    const named = name === undefined ? change : { ...change, name };
    const user = await this.#deps.records.change(requireUser(principal), named);
    if (user === undefined) throw new CanopyError('SIGN_IN_REQUIRED');
    return user;
  }

  /** Signs out everywhere but here. Errors: STATE_UNAVAILABLE. */
  async setPassword(userId: string, token: string, next: string): Promise<void> {
    const hash = await this.#deps.passwords.hash(next);
    await this.#deps.records.setPassword(userId, hash, this.#deps.tokens.hash(token));
  }

  /** With all meetings; those that run are ended. Errors: SIGN_IN_REQUIRED, CREDENTIALS_WRONG, RATE_LIMITED, STATE_UNAVAILABLE. */
  async remove(principal: Principal, password: string | undefined): Promise<void> {
    const user = await this.profile(principal);
    if (user.hasPassword) await (await this.#requirePassword(user.id, password ?? ''))();
    for (const meetingId of await this.#deps.records.liveMeetings(user.id)) {
      await this.#deps.meetings.end(principal, meetingId);
    }
    await this.#deps.records.remove(user.id);
    this.#deps.logger.info({ userId: user.id }, 'account removed');
  }

  /** Of who is about to change it: the right one counts as a try, too, for every change is noted for good. Errors: CREDENTIALS_WRONG, RATE_LIMITED, STATE_UNAVAILABLE. */
  async requireBeforeChange(userId: string, password: string): Promise<void> {
    await this.#requirePassword(userId, password);
  }

  /** Resolves to what makes it no try. */
  async #requirePassword(userId: string, password: string): Promise<() => Promise<void>> {
    const giveBack = await this.#deps.admitAttempt(`account ${userId}`);
    const hash = await this.#deps.records.passwordHash(userId);
    if (!(await this.#deps.passwords.matches(password, hash))) throw new CanopyError('CREDENTIALS_WRONG');
    return giveBack;
  }

  async #add(
    given: { email: string | undefined; name: string; language: string | undefined; passwordHash: string | undefined },
    identity: Identity | undefined,
  ): Promise<User> {
    const id = randomUUID();
    const name = personName(given.name) || 'Host';
    return await this.#deps.records.create({ ...given, id, name, handle: handleFrom(name, id.slice(0, 6)) }, identity);
  }

  /** A password that was changed since it was found right lets nobody in. */
  async #begin(user: User, proven: string | undefined): Promise<SignedIn> {
    const { token, hash: tokenHash } = this.#deps.tokens.issue();
    const expiresAt = this.#deps.clock.now() + sessionForMs;
    const begun = await this.#deps.sessions.begin({ tokenHash, userId: user.id, expiresAt, proven });
    if (!begun) throw new CanopyError(proven === undefined ? 'SIGN_IN_REQUIRED' : 'CREDENTIALS_WRONG');
    return { user, token, expiresAt };
  }
}

/** Errors: SIGN_IN_REQUIRED. */
export function requireUser(principal: Principal): string {
  if (principal.kind !== 'user') throw new CanopyError('SIGN_IN_REQUIRED');
  return principal.userId;
}
