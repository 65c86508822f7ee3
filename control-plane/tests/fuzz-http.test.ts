import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultRequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { composedFile } from '../src/core/recording/composition.ts';
import { chromiumOffer } from '../src/core/sdp/testing/offers.ts';
import { call, newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { OidcTestProvider } from '../src/testing/oidc-provider.ts';
import { fragmentWith, offered, sdpRequest } from '../src/testing/sdp-requests.ts';

const plenty = { requests: 1_000_000, seconds: 60 };
const owned = new AsyncDisposableStack();

let mesh: TestMesh;
let replica: ControlPlane;
let url: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuzz-http-test-'));
  owned.defer(() => rm(folder, { recursive: true }));
  const provider = owned.use(await OidcTestProvider.listen());
  const { issuer, clientId, clientSecret } = provider;
  const oidc = { issuer, clientId, clientSecret, name: 'Example' };
  mesh = owned.use(await TestMesh.create({ config: { recordings: folder, oidc } }));
  await mesh.edge('edge-a', 'eu-central-1');
  const requestLimits = { ...defaultRequestLimits, address: plenty, key: plenty, participant: plenty };
  replica = await mesh.replica({ requestLimits });
  url = `http://${replica.httpAddress}`;
  provider.serve(url);
  await mesh.untilHeard([replica], ['edge-a']);
});

afterAll(() => owned.disposeAsync());

/** What a client can put into a header: the rest, its own HTTP refuses. */
const inHeader = (texts: fc.Arbitrary<string>) => texts.map((text) => text.replace(/[^\x20-\x7e\xa0-\xff]/g, ''));

test('nobody is let in by anything but the key, or a token that says the same', {
  timeout: fuzzTimeoutMs,
}, async () => {
  const meetingId = await newMeeting(replica.httpAddress);
  const { token } = await newToken(replica.httpAddress, meetingId);
  const key = `${testApiKey.id}.${testApiKey.secret}`;
  const valid = [`Bearer ${key}`, `bearer ${key}`, `Bearer ${token}`, `Bearer ${key}.${key}`, `Basic ${key}`];
  const claims = (text: string) => text.split('.')[1];
  await fc.assert(
    fc.asyncProperty(inHeader(fc.oneof(mangled(valid), anyText)), async (authorization) => {
      const { status, body } = await call(
        replica.httpAddress,
        'GET',
        `/v1/meetings/${meetingId}`,
        undefined,
        authorization,
      );
      const [, credential = ''] = /^bearer (\S+)$/i.exec(authorization.trim()) ?? [];
      // Base64 leaves bits that mean nothing.
      const isGood = credential === key || claims(credential) === claims(token);
      if (status === 200) expect(isGood, authorization).toBe(true);
      else expect([status, typeof body.error], authorization).toEqual([401, 'object']);
    }),
    fuzzing(300),
  );
});

const content = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));

/** A link to a composed file with that content. */
async function composed(): Promise<string> {
  const meetingId = await newMeeting(replica.httpAddress);
  const path = `/v1/meetings/${meetingId}/recordings`;
  const id = String((await call(replica.httpAddress, 'POST', path)).body.id);
  await call(replica.httpAddress, 'POST', `${path}/${id}/stop`);
  const file = join(folder, composedFile(id));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  const database = new Client({ connectionString: mesh.config.databaseUrl });
  await database.connect();
  await database.query(`UPDATE recordings SET composition = 'ready', file_bytes = $1 WHERE id = $2`, [
    content.length,
    id,
  ]);
  await database.end();
  return `${url}${String((await call(replica.httpAddress, 'POST', `${path}/${id}/link`)).body.url)}`;
}

test('whatever range of a recording is asked for, what comes is what its headers say', {
  timeout: fuzzTimeoutMs,
}, async () => {
  const link = await composed();
  const ranges = fc.oneof(
    mangled(['bytes=0-3', 'bytes=990-', 'bytes=-10', 'bytes=0-1,5-6']),
    fc.tuple(fc.nat(1_100), fc.nat(1_100)).map(([from, to]) => `bytes=${from}-${to}`),
  );
  const onlyIf = fc.option(mangled(['"1000-1700000000000"', 'W/"x"']), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      inHeader(ranges),
      fc.option(inHeader(onlyIf.map(String)), { nil: undefined }),
      async (range, only) => {
        const headers = { range, ...(only !== undefined && { 'if-range': only }) };
        const response = await fetch(link, { headers });
        const body = Buffer.from(await response.arrayBuffer());
        const told = response.headers.get('content-range');
        if (response.status === 416) {
          expect(told).toBe(`bytes */${content.length}`);
          return;
        }
        const [, from, to] = /^bytes (\d+)-(\d+)\/1000$/.exec(told ?? 'bytes 0-999/1000') ?? [];
        expect([response.status, told === null]).toEqual(told === null ? [200, true] : [206, false]);
        expect(body.equals(content.subarray(Number(from), Number(to) + 1)), `${range} ${told}`).toBe(true);
      },
    ),
    fuzzing(200),
  );
});

/** Begins to sign in, as a browser does that is to come back to this place. */
const begin = (returnTo: string) =>
  fetch(`${url}/v1/account/oidc?returnTo=${encodeURIComponent(returnTo)}`, { redirect: 'manual' });

test('nobody is signed in by a changed cookie, or by a changed answer of a provider', {
  timeout: fuzzTimeoutMs,
}, async () => {
  const begun = await begin('/calendar');
  const [pair = ''] = begun.headers.getSetCookie()[0]?.split(';') ?? [];
  const kept = decodeURIComponent(pair.slice(pair.indexOf('=') + 1));
  const state = String(new URL(begun.headers.get('location') ?? '').searchParams.get('state'));
  const issuer = encodeURIComponent(mesh.config.oidc?.issuer ?? '');
  const cookies = fc.oneof(
    fc.constant(kept),
    mangled([kept]),
    fc.constantFrom('', 'null', '[]', '"x"', '{"state":1}', `{"__proto__":${kept}}`),
  );
  const queries = mangled([
    `code=abc&state=${state}&iss=${issuer}`,
    `error=access_denied&state=${state}&iss=${issuer}`,
    `response=a.b.c&state=${state}`,
  ]);
  await fc.assert(
    fc.asyncProperty(cookies, fc.boolean(), queries, async (cookie, encoded, query) => {
      const value = encoded ? encodeURIComponent(cookie.toWellFormed()) : cookie.replace(/[^\x21-\x7e]/g, '');
      const response = await fetch(`${url}/v1/account/oidc/callback?${query}`, {
        redirect: 'manual',
        headers: { cookie: `canopy_oidc=${value}` },
      });
      await response.arrayBuffer();
      const set = response.headers.getSetCookie().filter((text) => !text.startsWith('canopy_oidc=;'));
      expect([response.status, set], query).toEqual([302, []]);
      expect(response.headers.get('location')).toMatch(/^\/account\?error=(SIGN_IN_REQUIRED|STATE_UNAVAILABLE)$/);
    }),
    fuzzing(100),
  );
});

test('nobody is led elsewhere after signing in', { timeout: fuzzTimeoutMs }, async () => {
  const places = fc.oneof(mangled(['/calendar', '//evil.example/', '/\\evil.example']), anyText);
  await fc.assert(
    fc.asyncProperty(places, async (place) => {
      const response = await begin(place.toWellFormed());
      await response.arrayBuffer();
      const [cookie = ''] = response.headers.getSetCookie();
      const flow = JSON.parse(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'))));
      expect(new URL(flow.returnTo, 'https://meet.example.org').origin).toBe('https://meet.example.org');
    }),
    fuzzing(100),
  );
});

test.each(['whip', 'whep'])(
  'whatever a client of %s trickles, it is answered or refused by a code, and goes on',
  {
    timeout: fuzzTimeoutMs,
  },
  async (protocol) => {
    const meetingId = await newMeeting(replica.httpAddress);
    const { token } = await newToken(replica.httpAddress, meetingId, 'Studio', 'panelist');
    const offer = protocol === 'whip' ? chromiumOffer : chromiumOffer.replaceAll('a=sendonly', 'a=recvonly');
    const begun = await sdpRequest(replica, 'POST', `/v1/${protocol}`, offered(token, offer));
    expect(begun.status, begun.text).toBe(201);
    const location = begun.headers.get('location') ?? '';
    const etag = begun.headers.get('etag') ?? '';
    const candidate =
      'a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\n';
    const trickled = `${fragmentWith('EsAw')}${candidate}a=end-of-candidates\r\n`;
    const fragments = fc.oneof(mangled([trickled, fragmentWith('another')]), anyText);
    const matches = fc.oneof(fc.constantFrom('*', etag), inHeader(mangled([etag, '*'])));
    const types = fc.constantFrom('application/trickle-ice-sdpfrag', 'application/sdp', 'text/plain');
    await fc.assert(
      fc.asyncProperty(fragments, matches, types, async (body, match, type) => {
        const headers = { 'content-type': type, 'if-match': match };
        const answer = await sdpRequest(replica, 'PATCH', location, { token, body, headers });
        const { status, code, text } = answer;
        if (status === 200) expect(text).toMatch(/^a=ice-ufrag:\S+\r$/m);
        else if (status !== 204) expect([status < 500, typeof code], text).toEqual([true, 'string']);
      }),
      fuzzing(200),
    );
    expect((await sdpRequest(replica, 'DELETE', location, { token })).status).toBe(200);
  },
);
