import type { Answer } from './api.ts';

/** Somebody with a browser: keeps cookies, and says which page it asks from. */
export class Visitor {
  readonly #httpAddress: string;
  readonly #cookies = new Map<string, string>();

  constructor(httpAddress: string) {
    this.#httpAddress = httpAddress;
  }

  /** One who has made an account. */
  static async signedUp(httpAddress: string, name: string): Promise<Visitor> {
    const visitor = new Visitor(httpAddress);
    const email = `${name.toLowerCase()}@example.org`;
    const { status, body } = await visitor.ask('POST', '/v1/account', { email, password: `${name}'s password`, name });
    if (status !== 201) throw new Error(`no account: ${status} ${JSON.stringify(body)}`);
    return visitor;
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** A visitor with the same cookies, as if they had been stolen. */
  copy(): Visitor {
    return this.at(this.#httpAddress);
  }

  /** The same one, before another server of the same name. */
  at(httpAddress: string): Visitor {
    const other = new Visitor(httpAddress);
    for (const [name, value] of this.#cookies) other.#cookies.set(name, value);
    return other;
  }

  async ask(method: string, path: string, body?: unknown, origin = `http://${this.#httpAddress}`): Promise<Answer> {
    const response = await fetch(new URL(path, `http://${this.#httpAddress}`), {
      method,
      redirect: 'manual',
      headers: {
        cookie: this.cookies,
        origin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const text of response.headers.getSetCookie()) this.#keep(text);
    const text = await response.text();
    const json = text.startsWith('{') ? JSON.parse(text) : { text };
    return { status: response.status, headers: response.headers, body: json };
  }

  #keep(setCookie: string): void {
    const [pair = ''] = setCookie.split(';');
    const equals = pair.indexOf('=');
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
