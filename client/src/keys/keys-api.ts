import type { Call } from '../rest.ts';

/** What an API key may be for. */
export type KeyScope = 'meetings' | 'tokens' | 'mesh.read' | 'mesh.operate' | 'keys' | 'audit' | 'accounts';

/** An API key without its secret. Times are ISO 8601. */
export interface ApiKeyInfo {
  id: string;
  name: string;
  scopes: KeyScope[];
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  rotatedAt: string | null;
  /** Until then the secret before the last rotation is good, too. */
  previousUntil: string | null;
}

/** With its secret, which is told this once: `<id>.<secret>` is the key. */
export type NewApiKey = ApiKeyInfo & { secret: string };

/** API keys made by operators; those of the installation's settings are not among them. */
export class KeysApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async list(): Promise<ApiKeyInfo[]> {
    return (await this.#call<{ keys: ApiKeyInfo[] }>('GET', '/v1/keys')).keys;
  }

  /** It may do no more than the key that makes it. */
  create(key: { name: string; scopes: readonly KeyScope[]; expiresAt?: string }): Promise<NewApiKey> {
    return this.#call('POST', '/v1/keys', key);
  }

  /** Another secret; the one before stays good for a while, by default a day. */
  rotate(keyId: string, graceSeconds?: number): Promise<NewApiKey> {
    const body = graceSeconds === undefined ? {} : { graceSeconds };
    return this.#call('POST', `/v1/keys/${encodeURIComponent(keyId)}/rotate`, body);
  }

  /** For good, and for the tokens that it signed. */
  revoke(keyId: string): Promise<void> {
    return this.#call('DELETE', `/v1/keys/${encodeURIComponent(keyId)}`);
  }
}
