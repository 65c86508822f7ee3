import { siteKey } from '@canopy/runtime/address';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Access } from '../access/access.ts';
import type { AttemptLimiter } from '../access/ports.ts';
import type { Passwords, ResetRecords, SessionTokens } from './ports.ts';

export interface PasswordResetsDeps {
  access: Pick<Access, 'require'>;
  records: ResetRecords;
  passwords: Pick<Passwords, 'hash'>;
  tokens: SessionTokens;
  /** Throws RATE_LIMITED when an address tries too many that are worth nothing. */
  admitAttempt: AttemptLimiter;
  clock: Clock;
}

/** What a link carries, and until when (Unix ms) it is good. */
export interface NewReset {
  token: string;
  expiresAt: number;
}

const goodForMs = 60 * 60_000;

/** For who forgot their password: an operator makes a link, good once and for an hour, and hands it over as they see fit. No mail is sent. */
export class PasswordResets {
  readonly #deps: PasswordResetsDeps;

  constructor(deps: PasswordResetsDeps) {
    this.#deps = deps;
  }

  /** In place of the link before, if any. `name`: the email address or the handle. Errors: FORBIDDEN, ACCOUNT_NOT_FOUND (or it has no password here), STATE_UNAVAILABLE. */
  async create(principal: Principal, name: string): Promise<NewReset> {
    const { access, records, tokens, clock } = this.#deps;
    access.require(principal, { action: 'account.reset' });
    const userId = await records.withPassword(name);
    if (userId === undefined) throw new CanopyError('ACCOUNT_NOT_FOUND');
    const { token, hash } = tokens.issue();
    const expiresAt = clock.now() + goodForMs;
    await records.keep(hash, userId, expiresAt);
    return { token, expiresAt };
  }

  /** Whose link it is. Errors: RESET_LINK_INVALID, RATE_LIMITED, STATE_UNAVAILABLE. */
  async ownerOf(token: string, address: string): Promise<string> {
    const giveBack = await this.#deps.admitAttempt(`address ${siteKey(address)}`);
    const userId = await this.#deps.records.ownerOf(this.#deps.tokens.hash(token));
    if (userId === undefined) throw new CanopyError('RESET_LINK_INVALID');
    await giveBack();
    return userId;
  }

  /** Sets the password, and signs out everywhere. Errors: RESET_LINK_INVALID, STATE_UNAVAILABLE. */
  async use(token: string, password: string): Promise<void> {
    const passwordHash = await this.#deps.passwords.hash(password);
    const used = await this.#deps.records.use(this.#deps.tokens.hash(token), passwordHash);
    if (!used) throw new CanopyError('RESET_LINK_INVALID');
  }
}
