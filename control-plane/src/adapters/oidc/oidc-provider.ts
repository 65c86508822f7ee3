import { CanopyError } from '@canopy/runtime/errors';
import * as client from 'openid-client';

export interface OidcProviderOptions {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** What a browser keeps while somebody signs in elsewhere. */
interface OidcFlow {
  state: string;
  nonce: string;
  verifier: string;
}

/** A provider of OpenID Connect: authorization code flow with PKCE, state and nonce (RFC 9700). */
export class OidcProvider {
  readonly #options: OidcProviderOptions;
  #discovered: Promise<client.Configuration> | undefined;

  constructor(options: OidcProviderOptions) {
    this.#options = options;
  }

  /** Where to send the browser. Errors: STATE_UNAVAILABLE. */
  async begin(redirectUri: string): Promise<{ url: string; flow: OidcFlow }> {
    const config = await this.#config();
    const verifier = client.randomPKCECodeVerifier();
    const flow = { state: client.randomState(), nonce: client.randomNonce(), verifier };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: flow.state,
      nonce: flow.nonce,
    });
    return { url: url.href, flow };
  }

  /** Whom the provider vouches for in the address it sent the browser back to. Errors: SIGN_IN_REQUIRED, it vouches for nobody; STATE_UNAVAILABLE. */
  async finish(address: URL, { state, nonce, verifier }: OidcFlow) {
    const config = await this.#config();
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const claims = (await client.authorizationCodeGrant(config, address, checks)).claims();
      if (claims === undefined) throw new CanopyError('SIGN_IN_REQUIRED');
      const name = [claims.name, claims.preferred_username].find((each) => typeof each === 'string');
      return { issuer: claims.iss, subject: claims.sub, name: String(name ?? '') };
    } catch (cause) {
      if (isSilence(cause)) throw new CanopyError('STATE_UNAVAILABLE', 'The provider does not answer.', { cause });
      throw new CanopyError('SIGN_IN_REQUIRED', 'The provider did not vouch for you.', { cause });
    }
  }

  /** Found out when it is first needed; after a failure, again. */
  async #config(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const server = new URL(issuer);
    const plain = server.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {};
    this.#discovered ??= client.discovery(server, clientId, clientSecret, undefined, plain);
    try {
      return await this.#discovered;
    } catch (cause) {
      this.#discovered = undefined;
      throw new CanopyError('STATE_UNAVAILABLE', 'The provider does not answer.', { cause });
    }
  }
}

/** Whether a provider did not answer, or not as one that works does, instead of refusing. */
function isSilence(error: unknown): boolean {
  // What `fetch` throws; arguments that are refused have a code.
  if (error instanceof TypeError) return !('code' in error);
  return error instanceof client.ClientError && silences.has(error.code ?? '');
}

const silences: ReadonlySet<string> = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);
