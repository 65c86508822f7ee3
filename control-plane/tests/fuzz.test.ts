import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultRequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { chromiumOffer } from '../src/core/sdp/testing/offers.ts';
import { newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { operations } from '../src/testing/operations.ts';
import { joined, type Person } from '../src/testing/people.ts';
import { defaultSignalLimits } from '../src/ws/limits.ts';
import { sessionMessages } from '../src/ws/messages/index.ts';

const plenty = { requests: 1_000_000, seconds: 60 };

let mesh: TestMesh;
let replica: ControlPlane;
let meetingId: string;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('edge-a', 'eu-central-1');
  const limits = { ...defaultRequestLimits, address: plenty, key: plenty, participant: plenty };
  const messages = { ratePerSecond: 100_000, burst: 100_000 };
  replica = await mesh.replica({ requestLimits: limits, signalLimits: { ...defaultSignalLimits, messages } });
  await mesh.untilHeard([replica], ['edge-a']);
  meetingId = await newMeeting(replica.httpAddress);
});
afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Values that look like those an API takes, and some that don't. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      'edge-a',
      'host',
      'FREQ=DAILY',
      '2027-01-01T10:00',
      'http://[::1]',
      '\0',
      '\ud800',
      '-',
      1e308,
      -1,
      null,
    ),
    anyText,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('any'), { maxLength: 3 }),
    tie('record'),
  ),
  record: fc.dictionary(
    fc.constantFrom(
      'id',
      'name',
      'title',
      'settings',
      'scopes',
      'role',
      'text',
      'tracks',
      'trackId',
      'kind',
      'to',
      'rooms',
      'participantId',
      'rtpParameters',
      'codecs',
      'timeZone',
      'recurrence',
      'start',
      'startTime',
      'url',
      'events',
      '__proto__',
    ),
    tie('any'),
    { maxKeys: 5 },
  ),
}));

/** What may follow the path: parameters that there are, with values that may not be. */
const query = mangled([
  'limit=20&before=2027-01-01T10:00&cursor=YWJj',
  'address=203.0.113.5&region=eu-central-1&rtt=edge-a:12',
  'participant=p1&since=7&status=active&q=%F0%9F%92%A9',
]);

test('whatever is sent to the API, it does not fail', { timeout: fuzzTimeoutMs }, async () => {
  const all = await operations(replica.httpAddress);
  expect(all.length).toBeGreaterThan(50);
  const segment = fc.oneof(
    fc.constant(meetingId),
    fc.constantFrom('edge-a', '%00', '..%2f', 'x'.repeat(200)),
    fc.uuid(),
  );
  const requests = fc.tuple(fc.constantFrom(...all), segment, segment, value.record, query);
  await fc.assert(
    fc.asyncProperty(requests, async ([{ method, path }, first, second, body, search]) => {
      // A drain would have later requests refused, and the end of the meeting all of them.
      fc.pre(!/drain|end$/.test(path));
      const [before = '', ...after] = path.split(/\{\w+\}/);
      const filled = before + after.map((part, index) => (index === 0 ? first : second) + part).join('');
      const response = await fetch(`http://${replica.httpAddress}${filled}?${search}`, {
        method,
        headers: {
          authorization: `Bearer ${testApiKey.id}.${testApiKey.secret}`,
          ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
        },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
      });
      await response.arrayBuffer();
      expect(response.status, `${method} ${filled}?${search}`).not.toBe(500);
    }),
    fuzzing(300),
  );
});

test('whatever is offered over HTTP, it is answered or refused by a code', { timeout: fuzzTimeoutMs }, async () => {
  const { token } = await newToken(replica.httpAddress, meetingId);
  const offers = fc.oneof(mangled([chromiumOffer]), anyText);
  const requests = fc.tuple(
    fc.constantFrom('whip', 'whep'),
    fc.constantFrom('application/sdp', 'application/trickle-ice-sdpfrag', 'text/plain'),
    offers,
  );
  await fc.assert(
    fc.asyncProperty(requests, async ([protocol, type, offer]) => {
      const response = await fetch(`http://${replica.httpAddress}/v1/${protocol}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        body: offer,
      });
      await response.arrayBuffer();
      expect(response.status).not.toBe(500);
    }),
    fuzzing(200),
  );
});

test('whatever is sent over a connection, it gets a coded answer, and nothing fails', {
  timeout: fuzzTimeoutMs,
}, async () => {
  let person: Person = await joined(mesh, replica, meetingId, 'Fuzz');
  const names = Object.keys(sessionMessages).filter((name) => !['leave', 'endMeeting'].includes(name));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), value.any, async (name, payload) => {
      if (person.client.ws.readyState !== person.client.ws.OPEN)
        person = await joined(mesh, replica, meetingId, 'Fuzz');
      const { error } = await person.client.ask({ [name]: payload } as never);
      expect(error?.code, name).not.toBe('INTERNAL');
    }),
    fuzzing(300),
  );
});
