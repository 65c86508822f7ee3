import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real provider of OpenID Connect on a free port, with pages of its own: whoever comes there is who they say, by any password. */
export class OidcTestProvider implements AsyncDisposable {
  readonly #server: Server;
  readonly clientId = 'canopy';
  readonly clientSecret = 'a-secret-that-both-know';
  readonly issuer: string;
  /** False: whoever asks it gets no answer. */
  answers = true;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  }

  /** Listens; it is one once it {@link OidcTestProvider.serve serves}. By another `host` than a page's its cookies are those of another site. */
  static async listen(host = '127.0.0.1'): Promise<OidcTestProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new OidcTestProvider(server, host);
  }

  /** Signs people in for the control plane at that origin. */
  serve(origin: string): void {
    const { clientId, clientSecret, issuer } = this;
    const client = { client_id: clientId, client_secret: clientSecret };
    const provider = new Provider(issuer, {
      clients: [{ ...client, redirect_uris: [`${origin}/v1/account/oidc/callback`] }],
      pkce: { required: () => true },
      conformIdTokenClaims: false,
      claims: { openid: ['sub'], profile: ['name'] },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, name: `Name of ${sub}` }) }),
      features: { devInteractions: { enabled: true } },
    });
    const answer = provider.callback();
    this.#server.on('request', (request, response) => {
      if (this.answers) void answer(request, response);
      else response.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
