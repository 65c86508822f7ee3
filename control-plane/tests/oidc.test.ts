import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestMesh } from '../src/testing/mesh.ts';
import { OidcTestProvider } from '../src/testing/oidc-provider.ts';
import { Visitor } from '../src/testing/visitor.ts';

const signInAgain = '/account?error=SIGN_IN_REQUIRED';

let mesh: TestMesh;
let url: string;
let provider: OidcTestProvider;
const owned = new AsyncDisposableStack();

/** Whoever signs in at the provider is `account`. */
beforeAll(async () => {
  provider = owned.use(await OidcTestProvider.listen());
  const { issuer, clientId, clientSecret } = provider;
  mesh = owned.use(await TestMesh.create({ config: { oidc: { issuer, clientId, clientSecret, name: 'Example' } } }));
  url = (await mesh.replica()).httpAddress;
  provider.serve(`http://${url}`);
});

afterAll(() => owned.disposeAsync());

/** Goes through the provider's own pages as `account`, and returns the address it sends the browser back to. */
async function signInAtProvider(start: string, account: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next: { address: string; form?: Record<string, string> } = { address: start };
  for (let step = 0; step < 12; step += 1) {
    const { address, form } = next;
    const response = await fetch(new URL(address, provider.issuer), {
      redirect: 'manual',
      method: form === undefined ? 'GET' : 'POST',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location?.startsWith(`http://${url}`)) return location;
    const page = location === null ? await response.text() : '';
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (location === null && action === undefined) throw new Error(`no way on from ${address}: ${page.slice(0, 500)}`);
    const prompt = page.includes('name="login"')
      ? { prompt: 'login', login: account, password: 'x' }
      : { prompt: 'consent' };
    next = location === null ? { address: action ?? '', form: prompt } : { address: location };
  }
  throw new Error('the provider goes round in circles');
}

async function signedIn(account: string, returnTo = '/calendar', sentTo = returnTo): Promise<Visitor> {
  const visitor = new Visitor(url);
  const begun = await visitor.ask('GET', `/v1/account/oidc?returnTo=${encodeURIComponent(returnTo)}`);
  expect(begun.status).toBe(302);
  const back = await signInAtProvider(String(begun.headers.get('location')), account);
  const done = await visitor.ask('GET', back.slice(`http://${url}`.length));
  expect([done.status, done.headers.get('location')]).toEqual([302, sentTo]);
  return visitor;
}

it('signs people in whom a provider vouches for, with an account that they find again', async () => {
  const first = await signedIn('mara');
  const { body: profile } = await first.ask('GET', '/v1/account');
  expect(profile).toMatchObject({ email: null, name: 'Name of mara', hasPassword: false });
  const again = await (await signedIn('mara')).ask('GET', '/v1/account');
  expect(again.body.id).toBe(profile.id);
  const other = await (await signedIn('noah')).ask('GET', '/v1/account');
  expect(other.body.id).not.toBe(profile.id);
  expect((await new Visitor(url).ask('GET', '/v1/config')).body).toMatchObject({ signInWith: 'Example' });
});

/** Where a browser ends that comes back like this. */
async function endOf(visitor: Visitor, back: string): Promise<string | null> {
  return (await visitor.ask('GET', back)).headers.get('location');
}

/** Somebody whom the provider sends back here. */
async function returning(): Promise<{ visitor: Visitor; back: string }> {
  const visitor = new Visitor(url);
  const begun = await visitor.ask('GET', '/v1/account/oidc');
  const back = await signInAtProvider(String(begun.headers.get('location')), 'mara');
  return { visitor, back: back.slice(`http://${url}`.length) };
}

it('lets nobody in with an answer that was meant for another browser, or used before', async () => {
  const { visitor: victim, back } = await returning();
  expect(await endOf(new Visitor(url), back)).toBe(signInAgain);
  const attacker = new Visitor(url);
  await attacker.ask('GET', '/v1/account/oidc');
  expect(await endOf(attacker, back)).toBe(signInAgain);
  expect((await attacker.ask('GET', '/v1/account')).status).toBe(401);
  const replaying = victim.copy();
  expect(await endOf(victim, back)).toBe('/');
  expect(await endOf(replaying, back)).toBe(signInAgain);
});

it('leads whoever cancels at the provider back to where they sign in', async () => {
  const visitor = new Visitor(url);
  const begun = await visitor.ask('GET', '/v1/account/oidc');
  const state = String(new URL(String(begun.headers.get('location'))).searchParams.get('state'));
  const answer = new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer });
  expect(await endOf(visitor, `/v1/account/oidc/callback?${answer}`)).toBe(signInAgain);
});

it('tells a provider that does not answer from one that refuses', async () => {
  const { visitor, back } = await returning();
  provider.answers = false;
  const end = await endOf(visitor, back);
  provider.answers = true;
  expect(end).toBe('/account?error=STATE_UNAVAILABLE');
});

it('sends nobody elsewhere afterwards', async () => {
  const elsewhere = ['https://evil.example/', '//evil.example/', '/\\evil.example'];
  // Browsers leave out tabs and newlines.
  for (const returnTo of [...elsewhere, '/\t/evil.example/', '/\n/evil.example/'])
    await signedIn('mara', returnTo, '/');
});
