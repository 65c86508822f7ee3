import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { RedisHttpSessionStore } from '../src/adapters/redis/http-session-store.ts';
import type { ControlPlane } from '../src/context.ts';
import { chromiumOffer, obsOffer } from '../src/core/sdp/testing/offers.ts';
import { call, newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { httpSession } from '../src/testing/http-session.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { fragmentWith, offered, type SdpRequest, sdpRequest } from '../src/testing/sdp-requests.ts';

const sdp = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';
const lookEveryMs = 100;

let mesh: TestMesh;
let replica: ControlPlane;
let other: ControlPlane;
let europe: FakeEdge;

beforeAll(async () => {
  const timing = {
    httpSessions: { lookEveryMs, connectWithinMs: 2_000 },
    renewPresenceEveryMs: 200,
  };
  mesh = await TestMesh.create({ timing: { ...timing, sweepEveryMs: 100 } });
  europe = await mesh.edge('europe', 'eu-central-1');
  [replica, other] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([replica, other], ['europe']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

const send = (method: string, path: string, { at = replica, ...request }: SdpRequest & { at?: ControlPlane } = {}) =>
  sdpRequest(at, method, path, request);

/** A publisher in a meeting of its own, with somebody who watches. */
async function published() {
  const meetingId = await newMeeting(replica.httpAddress);
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  const { token, participantId } = await newToken(replica.httpAddress, meetingId, 'Studio', 'panelist');
  const answer = await send('POST', '/v1/whip', offered(token, obsOffer));
  expect(answer.status, answer.text).toBe(201);
  const location = answer.headers.get('location') ?? '';
  const etag = answer.headers.get('etag') ?? '';
  return { meetingId, ada, token, participantId, answer, location, etag };
}

type Publisher = Awaited<ReturnType<typeof published>>;

const untilLeft = async ({ ada, participantId }: Publisher) => {
  await ada.client.untilEvent(({ participantLeft }) => participantLeft?.participantId === participantId);
};

const patch = ({ token, location }: Publisher, usernameFragment: string, ifMatch?: string, at = replica) =>
  send('PATCH', location, {
    at,
    token,
    body: fragmentWith(usernameFragment),
    headers: { 'content-type': fragmentType, ...(ifMatch !== undefined && { 'if-match': ifMatch }) },
  });

it('makes a participant of an offer, whose tracks are announced like those of anybody', async () => {
  const { meetingId, ada, participantId, answer, location, etag } = await published();
  expect(answer.headers.get('content-type')).toContain(sdp);
  expect(answer.text).toContain('a=setup:passive');
  expect(location).toMatch(new RegExp(`^/v1/whip/${meetingId}/[\\w-]{36}$`));
  expect(etag).toMatch(/^"[^"]+"$/);
  const { participantJoined } = await ada.client.untilEvent((event) => event.participantJoined?.id === participantId);
  expect(participantJoined).toMatchObject({ name: 'Studio', edgeId: 'europe', connected: true });
  for (const source of ['TRACK_SOURCE_MICROPHONE', 'TRACK_SOURCE_CAMERA']) {
    await ada.client.untilEvent(({ trackPublished }) => trackPublished?.source === source);
  }
  expect(europe.session(meetingId, participantId)?.tracks.size).toBe(2);
});

it('restarts ICE for credentials other than before, by any replica, and answers the rest with nothing', async () => {
  const publisher = await published();
  expect((await patch(publisher, 'sNCO', publisher.etag)).status).toBe(204);
  const restarted = await patch(publisher, 'Anew', '*', other);
  expect(restarted.status, restarted.text).toBe(200);
  expect(restarted.headers.get('content-type')).toContain(fragmentType);
  expect(restarted.text).toMatch(/^a=ice-ufrag:/m);
  expect(restarted.headers.get('etag')).not.toBe(publisher.etag);
  expect(europe.session(publisher.meetingId, publisher.participantId)?.iceRestarts).toBe(1);
  expect(await patch(publisher, 'Anew', publisher.etag)).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  expect(await patch(publisher, 'Anew')).toMatchObject({ status: 428, code: 'PRECONDITION_REQUIRED' });
});

it('names the relays beside the edge with the offer’s answer, and anew with each restart of ICE', async () => {
  const link = (username: string) =>
    `<turn:203.0.113.7:3478?transport=udp>; rel="ice-server"; username="${username}"; credential="c/+="; credential-type="password", ` +
    `<turns:turn.example.org:5349?transport=tcp>; rel="ice-server"; username="${username}"; credential="c/+="; credential-type="password"`;
  const urls = ['turn:203.0.113.7:3478?transport=udp', 'turns:turn.example.org:5349?transport=tcp'];
  const relayFor = (username: string) => [{ urls, username, credential: 'c/+=' }];
  onTestFinished(() => {
    europe.iceServers = [];
  });
  expect((await published()).answer.headers.has('link')).toBe(false);
  europe.iceServers = relayFor('2000003600:studio');
  const publisher = await published();
  expect(publisher.answer.headers.get('link')).toBe(link('2000003600:studio'));
  europe.iceServers = relayFor('2000007200:studio');
  expect((await patch(publisher, 'Anew', '*')).headers.get('link')).toBe(link('2000007200:studio'));
});

it('is still known when Redis forgot everything', async () => {
  const publisher = await published();
  await mesh.emptyRedis();
  await expect.poll(async () => (await patch(publisher, 'Anew', '*')).status, { timeout: 10_000 }).toBe(200);
  await expect.poll(() => send('DELETE', publisher.location, publisher).then(({ status }) => status)).toBe(200);
});

it('ends by DELETE at any replica', async () => {
  const publisher = await published();
  const { meetingId, participantId, token, location } = publisher;
  const { status, text, headers } = await send('DELETE', location, { at: other, token });
  expect([status, text, headers.get('content-type')]).toEqual([200, '', null]);
  await untilLeft(publisher);
  await expect.poll(() => europe.session(meetingId, participantId)).toBeUndefined();
  expect(await send('DELETE', location, { token })).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

it('is not put again by a replica that has not heard yet of its end', async () => {
  const store = new RedisHttpSessionStore(mesh.redis(), mesh.config.namespace);
  const held = new Map([['ended', httpSession]]);
  await store.keep(held);
  expect(await store.get('ended')).toEqual(httpSession);
  await store.remove('ended');
  await store.keep(held);
  expect(await store.get('ended')).toBeUndefined();
});

it('goes on past the lease of a presence, and ends with its session on the edge, even if nobody hears of that', async () => {
  const publisher = await published();
  const { meetingId, participantId } = publisher;
  const redis = mesh.redis();
  const deadline = async () =>
    Number(await redis.zscore(`${mesh.config.namespace}:presence_deadlines:{${meetingId}}`, participantId));
  const first = await deadline();
  await expect.poll(deadline).toBeGreaterThan(first);
  europe.forget(meetingId, participantId);
  await untilLeft(publisher);
});

it('ends when its media never gets through', async () => {
  europe.mediaGetsThrough = false;
  try {
    await untilLeft(await published());
  } finally {
    europe.mediaGetsThrough = true;
  }
});

it('takes the place of the one before when the same participant publishes again', async () => {
  const publisher = await published();
  const { token, location, meetingId, participantId } = publisher;
  const again = await send('POST', `/v1/whip/${meetingId}?added=by-an-encoder`, offered(token, chromiumOffer));
  expect(again.status, again.text).toBe(201);
  await expect.poll(async () => (await send('DELETE', location, { token })).status).toBe(404);
  expect(europe.session(meetingId, participantId)).toBeDefined();
});

it('leaves the next one of the same participant what it has when its own session was lost', async () => {
  const publisher = await published();
  const { token, meetingId, participantId } = publisher;
  const { promise, resolve: close } = Promise.withResolvers<void>();
  let closings = 0;
  europe.onClose = () => closings++;
  europe.untilClosing = promise;
  onTestFinished(() => {
    europe.onClose = () => {};
    europe.untilClosing = Promise.resolve();
    close();
  });
  europe.forget(meetingId, participantId);
  await untilLeft(publisher);
  const again = await send('POST', `/v1/whip/${meetingId}`, offered(token, chromiumOffer));
  expect(again.status, again.text).toBe(201);
  close();
  expect((await send('OPTIONS', '/v1/whip')).status).toBe(204);
  expect(europe.session(meetingId, participantId)?.tracks.size).toBe(2);
  expect(closings).toBe(0);
});

it('refuses with a code what it can not take', async () => {
  const { meetingId, token, location } = await published();
  const elsewhere = await newMeeting(replica.httpAddress);
  const stranger = await newToken(replica.httpAddress, elsewhere, 'Eve', 'host');
  const attendee = await newToken(replica.httpAddress, meetingId, 'Ben', 'attendee');
  const at = `/v1/whip/${meetingId}`;
  const type = { 'content-type': sdp };
  const refusals = [
    [401, 'TOKEN_INVALID', send('POST', at, { body: obsOffer, headers: type })],
    [401, 'TOKEN_INVALID', send('POST', at, offered('no.such.token', obsOffer))],
    [401, 'TOKEN_INVALID', send('POST', at, offered(`${testApiKey.id}.${testApiKey.secret}`, 'v=0\r\n'))],
    [404, 'MEETING_NOT_FOUND', send('POST', at, offered(stranger.token, obsOffer))],
    [403, 'FORBIDDEN', send('POST', at, offered(attendee.token, obsOffer))],
    [415, 'UNSUPPORTED_MEDIA_TYPE', send('POST', at, { token, body: '{}', headers: { 'content-type': 'text/plain' } })],
    [422, 'SDP_INVALID', send('POST', at, offered(token, 'v=0\r\n'))],
    [406, 'SDP_NOT_ACCEPTABLE', send('POST', at, offered(token, obsOffer.replaceAll('sendonly', 'recvonly')))],
    [406, 'SDP_NOT_ACCEPTABLE', send('POST', at, { token, body: obsOffer, headers: { ...type, accept: 'text/html' } })],
    [413, 'MESSAGE_TOO_LARGE', send('POST', at, offered(token, 'a=x\r\n'.repeat(20_000)))],
    [405, 'METHOD_NOT_ALLOWED', send('GET', at, { token })],
    [404, 'NOT_FOUND', send('DELETE', location, { token: stranger.token })],
    [404, 'NOT_FOUND', send('DELETE', `${at}/${randomUUID()}`, { token })],
  ] as const;
  for (const [status, code, answer] of refusals) {
    const { headers, ...refusal } = await answer;
    expect(refusal).toMatchObject({ status, code });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  }
});

it('lets pages of other origins in, and tells them what they may do', async () => {
  const { location } = await published();
  const offers = await send('OPTIONS', '/v1/whip', { headers: { origin: 'https://example.org' } });
  expect(offers.status).toBe(204);
  expect(offers.headers.get('access-control-allow-origin')).toBe('*');
  expect(offers.headers.get('access-control-allow-headers')).toContain('Authorization');
  expect(offers.headers.get('accept-post')).toBe(sdp);
  const resource = await send('OPTIONS', location);
  expect(resource.headers.get('access-control-allow-methods')).toBe('DELETE, OPTIONS, PATCH');
});

it('ends when its edge is emptied, for it can not be told where to go', async () => {
  const publisher = await published();
  const drain = await call(replica.httpAddress, 'POST', '/v1/edges/europe/drain');
  expect(drain.status).toBeLessThan(300);
  await untilLeft(publisher);
});
