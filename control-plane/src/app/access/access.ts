import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { authorize, type Owner, type Principal, type Request, type Verdict } from '../../core/access/authorize.ts';
import { mayVouch, openScopes } from '../../core/access/scopes.ts';
import { secretsInForce } from './key-secrets.ts';
import type {
  ApiKey,
  ApiKeys,
  InvitationClaims,
  InvitationTokens,
  JoinClaims,
  JoinTokens,
  SigningKey,
} from './ports.ts';

export interface AccessDeps {
  keys: ApiKeys;
  tokens: JoinTokens;
  invitations: InvitationTokens;
  /** SHA-256, hex. */
  hashSecret(secret: string): string;
  /** Takes the same time whatever differs. */
  equal(a: string, b: string): boolean;
  /** The key callers without one act as; undefined: they are refused. */
  openAccessKeyId: string | undefined;
  /** The key that users' meetings are kept under; nobody has its secret. */
  accountsKeyId: string;
  /** The user of a session; undefined if it is over. Errors: STATE_UNAVAILABLE. */
  userOf(sessionToken: string): Promise<string | undefined>;
  clock: Clock;
}

/** How long a key is believed without asking the database again. */
const keyMemoryMs = 10_000;
const mostKeysRemembered = 10_000;

/** Finds out who asks, and refuses what they may not do. */
export class Access {
  readonly #deps: AccessDeps;
  readonly #keys = new Map<string, { key: ApiKey | undefined; until: number }>();

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /**
   * Who the value of an Authorization header stands for: `Bearer <key id>.<secret>`, `Bearer <join token>` or `Bearer <what a link carries>`; without one, whoever
   * the session is of. Who comes by a link and is signed in is known as both. Errors: TOKEN_INVALID, STATE_UNAVAILABLE.
   */
  async principal(authorization: string | undefined, sessionToken?: string): Promise<Principal> {
    if (authorization === undefined) {
      const userId = await this.#userOf(sessionToken);
      if (userId !== undefined) return { kind: 'user', userId };
      const keyId = this.#deps.openAccessKeyId;
      return keyId === undefined ? { kind: 'anonymous' } : { kind: 'api-key', keyId, scopes: openScopes };
    }
    const credential = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(authorization)?.[1];
    if (credential === undefined) throw new CanopyError('TOKEN_INVALID');
    const parts = credential.split('.');
    if (parts.length === 3) {
      const invitation = await this.#invitation(credential);
      if (invitation !== undefined) {
        const { registrationId, ...link } = invitation;
        return { kind: 'invited', ...link, registrationId, userId: await this.#userOf(sessionToken) };
      }
      const { claims, keyId } = await this.participant(credential);
      return { kind: 'participant', ...claims, keyId };
    }
    const [keyId = '', secret = '', ...rest] = parts;
    if (rest.length > 0) throw new CanopyError('TOKEN_INVALID');
    const key = await this.#key(keyId);
    const hash = this.#deps.hashSecret(secret);
    const known = key === undefined ? [] : secretsInForce(key, this.#deps.clock.now());
    if (key === undefined || !known.some(({ secretHash }) => this.#deps.equal(hash, secretHash)))
      throw new CanopyError('TOKEN_INVALID');
    return { kind: 'api-key', keyId, scopes: key.scopes };
  }

  /** What a join token says, and the key that vouches for it. Errors: TOKEN_INVALID, STATE_UNAVAILABLE. */
  async participant(token: string): Promise<{ claims: JoinClaims; keyId: string }> {
    const keyId = this.#deps.tokens.keyIdOf(token);
    if (keyId === undefined) throw new CanopyError('TOKEN_INVALID');
    return { keyId, claims: await this.#vouchedFor(keyId, (key) => this.#deps.tokens.verify(token, key)) };
  }

  /** What a token says that is signed with one of the secrets its key has now. Errors: TOKEN_INVALID, STATE_UNAVAILABLE. */
  async #vouchedFor<Claims>(keyId: string, verify: (key: SigningKey) => Promise<Claims | undefined>): Promise<Claims> {
    const key = await this.#key(keyId);
    if (key === undefined || !mayVouch(key.scopes)) throw new CanopyError('TOKEN_INVALID');
    for (const { signingSecret } of secretsInForce(key, this.#deps.clock.now())) {
      const claims = await verify({ id: key.id, signingSecret });
      if (claims !== undefined) return claims;
    }
    throw new CanopyError('TOKEN_INVALID');
  }

  /** A join token of a principal's own key. Errors: TOKEN_INVALID. */
  async mint(keyId: string, claims: JoinClaims, expiresAt: number): Promise<string> {
    const key = await this.#key(keyId);
    if (key === undefined) throw new CanopyError('TOKEN_INVALID');
    return await this.#deps.tokens.sign(claims, key, expiresAt);
  }

  /** What a link carries that gives a role in a meeting, in the name of the meeting's key. Errors: TOKEN_INVALID. */
  async invite(keyId: string, claims: InvitationClaims): Promise<string> {
    const key = await this.#key(keyId);
    if (key === undefined) throw new CanopyError('TOKEN_INVALID');
    return await this.#deps.invitations.sign(claims, key);
  }

  async #userOf(sessionToken: string | undefined): Promise<string | undefined> {
    return sessionToken === undefined ? undefined : await this.#deps.userOf(sessionToken);
  }

  /** What a link carries, and the key that vouches for it; undefined if it says that it is something else. */
  async #invitation(token: string): Promise<(InvitationClaims & { keyId: string }) | undefined> {
    const keyId = this.#deps.invitations.keyIdOf(token);
    if (keyId === undefined) return undefined;
    const claims = await this.#vouchedFor(keyId, (key) => this.#deps.invitations.verify(token, key));
    return { keyId, ...claims };
  }

  /** Whose it is what a principal makes. Errors: SIGN_IN_REQUIRED. */
  ownerOf(principal: Principal): Owner {
    if (principal.kind === 'api-key') return { apiKeyId: principal.keyId, hostId: undefined };
    if (principal.kind === 'user') return { apiKeyId: this.#deps.accountsKeyId, hostId: principal.userId };
    throw new CanopyError('SIGN_IN_REQUIRED');
  }

  /** Throws the code with which the request is refused. */
  require(principal: Principal, request: Request): void {
    const verdict = this.#verdict(principal, request);
    if (!verdict.allowed) throw new CanopyError(verdict.code);
  }

  may(principal: Principal, request: Request): boolean {
    return this.#verdict(principal, request).allowed;
  }

  /** Where access is open, whoever is signed in may do besides what everybody may. */
  #verdict(principal: Principal, request: Request): Verdict {
    const own = authorize(principal, request);
    const keyId = this.#deps.openAccessKeyId;
    if (own.allowed || principal.kind !== 'user' || keyId === undefined) return own;
    const open = authorize({ kind: 'api-key', keyId, scopes: openScopes }, request);
    return open.allowed ? open : own;
  }

  /** What is remembered of a key here is asked for anew; other replicas do so within ten seconds. */
  forget(keyId: string): void {
    this.#keys.delete(keyId);
  }

  async #key(keyId: string): Promise<ApiKey | undefined> {
    if (!/^[\w-]{1,64}$/.test(keyId)) return undefined;
    const now = this.#deps.clock.now();
    const known = this.#keys.get(keyId);
    if (known !== undefined && known.until > now) return known.key;
    const key = await this.#deps.keys.find(keyId);
    if (this.#keys.size >= mostKeysRemembered) this.#keys.clear();
    this.#keys.set(keyId, { key, until: now + keyMemoryMs });
    return key;
  }
}
