import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { KeyScope } from '../../core/access/scopes.ts';
import type { Access } from '../access/access.ts';
import type { KeySecrets } from '../access/ports.ts';
import type { KeyEntry, KeyRecords } from './ports.ts';

export interface KeysDeps {
  access: Pick<Access, 'require' | 'forget'>;
  records: KeyRecords;
  newId(): string;
  /** A secret, and what is kept of it. */
  newSecret(): { secret: string; kept: KeySecrets };
  clock: Clock;
}

/** A key with its secret, which is told this once. */
export interface MadeKey {
  key: KeyEntry;
  secret: string;
}

const mostKeys = 1_000;

/** API keys that operators make for others. A change counts at once here, on other replicas within ten seconds. */
export class Keys {
  readonly #deps: KeysDeps;

  constructor(deps: KeysDeps) {
    this.#deps = deps;
  }

  /** Errors: FORBIDDEN, STATE_UNAVAILABLE. */
  async list(principal: Principal): Promise<readonly KeyEntry[]> {
    this.#deps.access.require(principal, { action: 'keys.read' });
    return await this.#deps.records.list();
  }

  /** Errors: FORBIDDEN, BAD_REQUEST (it would have expired already), LIMIT_REACHED, STATE_UNAVAILABLE. */
  async create(
    principal: Principal,
    { name, scopes, expiresAt }: { name: string; scopes: readonly KeyScope[]; expiresAt: number | undefined },
  ): Promise<MadeKey> {
    this.#deps.access.require(principal, { action: 'keys.manage', scopes });
    if (expiresAt !== undefined && expiresAt <= this.#deps.clock.now())
      throw new CanopyError('BAD_REQUEST', 'body.expiresAt: It is over already.');
    const { secret, kept } = this.#deps.newSecret();
    const made = { id: this.#deps.newId(), ...kept, scopes, expiresAt, previous: undefined };
    const key = await this.#deps.records.create(made, name, mostKeys);
    if (key === undefined) throw new CanopyError('LIMIT_REACHED');
    return { key, secret };
  }

  /** Gives a key another secret; the one before stays good for `graceMs`. Errors: FORBIDDEN, NOT_FOUND, STATE_UNAVAILABLE. */
  async rotate(principal: Principal, keyId: string, graceMs: number): Promise<MadeKey> {
    await this.requireManageable(principal, keyId);
    const { secret, kept } = this.#deps.newSecret();
    const now = this.#deps.clock.now();
    const key = await this.#deps.records.rotate(keyId, kept, now, now + graceMs);
    if (key === undefined) throw new CanopyError('NOT_FOUND');
    this.#deps.access.forget(keyId);
    return { key, secret };
  }

  /** It, and every token it signed, opens nothing more; what runs goes on. Errors: FORBIDDEN, NOT_FOUND, STATE_UNAVAILABLE. */
  async revoke(principal: Principal, keyId: string): Promise<void> {
    await this.requireManageable(principal, keyId);
    await this.#deps.records.revoke(keyId, this.#deps.clock.now());
    this.#deps.access.forget(keyId);
  }

  /** Errors: FORBIDDEN, NOT_FOUND, STATE_UNAVAILABLE. */
  async requireManageable(principal: Principal, keyId: string): Promise<void> {
    this.#deps.access.require(principal, { action: 'keys.read' });
    const key = await this.#deps.records.find(keyId);
    if (key === undefined) throw new CanopyError('NOT_FOUND');
    this.#deps.access.require(principal, { action: 'keys.manage', scopes: key.scopes });
  }
}
