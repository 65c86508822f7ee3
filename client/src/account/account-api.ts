import type { MeetingInfo } from '../api-types.ts';
import type { Call } from '../rest.ts';

/** Somebody who is signed in. */
export interface Account {
  id: string;
  email: string | null;
  /** Their personal room is at `/r/<handle>`. */
  handle: string;
  name: string;
  language: string | null;
  hasPassword: boolean;
}

/** A link to hand over to whom it is for. */
export interface PasswordReset {
  url: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** The account of who uses this browser: signing in sets a cookie, which the other calls go by. */
export class AccountApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  signUp(given: { email: string; password: string; name: string; language?: string }): Promise<Account> {
    return this.#call('POST', '/v1/account', given);
  }

  signIn(email: string, password: string): Promise<Account> {
    return this.#call('POST', '/v1/account/session', { email, password });
  }

  signOut(): Promise<void> {
    return this.#call('DELETE', '/v1/account/session');
  }

  /** Null: nobody is signed in. */
  async current(): Promise<Account | null> {
    return (await this.#call<{ account: Account | null }>('GET', '/v1/account/session')).account;
  }

  /** Rejects with SIGN_IN_REQUIRED if nobody is signed in. */
  get(): Promise<Account> {
    return this.#call('GET', '/v1/account');
  }

  change(change: { name?: string; handle?: string; language?: string }): Promise<Account> {
    return this.#call('PATCH', '/v1/account', change);
  }

  changePassword(current: string, next: string): Promise<void> {
    return this.#call('PUT', '/v1/account/password', { current, next });
  }

  /** For operators, with a key for accounts: a link with which somebody sets a new password, good once and for an hour. `account`: the email address or the handle. */
  createPasswordReset(account: string): Promise<PasswordReset> {
    return this.#call('POST', '/v1/password-resets', { account });
  }

  /** With what follows `#` in such a link. Signs out everywhere. Rejects with RESET_LINK_INVALID. */
  resetPassword(token: string, password: string): Promise<void> {
    return this.#call('PUT', '/v1/account/password-reset', { token, password });
  }

  /** With all meetings. */
  remove(password?: string): Promise<void> {
    return this.#call('DELETE', '/v1/account', { password });
  }

  /** One's own personal room: the meeting in it. */
  openRoom(): Promise<MeetingInfo> {
    return this.#call('POST', '/v1/account/room');
  }

  /** Whose personal room it is, and the meeting in it while they are there. */
  getRoom(handle: string): Promise<{ hostName: string; meetingId: string | null }> {
    return this.#call('GET', `/v1/rooms/${encodeURIComponent(handle)}`);
  }
}
