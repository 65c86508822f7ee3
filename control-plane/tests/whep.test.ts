import { TrackSource } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { chromiumOffer, obsOffer } from '../src/core/sdp/testing/offers.ts';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, microphone } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';
import { fragmentWith, offered, sdpRequest } from '../src/testing/sdp-requests.ts';

const playerOffer = chromiumOffer.replaceAll('a=sendonly', 'a=recvonly');

let mesh: TestMesh;
let replica: ControlPlane;
let other: ControlPlane;
let europe: FakeEdge;

beforeAll(async () => {
  const timing = { httpSessions: { lookEveryMs: 100, connectWithinMs: 2_000 }, sweepEveryMs: 100 };
  mesh = await TestMesh.create({ timing });
  europe = await mesh.edge('europe', 'eu-central-1');
  [replica, other] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([replica, other], ['europe']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

/** Ada and Ben publish a microphone and a camera each, on another replica than the one that serves the player. */
async function staged(mode = 'webinar') {
  const meetingId = await newMeeting(replica.httpAddress, { mode });
  const people = await Promise.all(['Ada', 'Ben'].map((name) => joined(mesh, other, meetingId, name)));
  const tracks = [];
  for (const person of people) {
    const voice = await published(person, microphone);
    tracks.push({ voice, face: await published(person, camera) });
  }
  const [ada, ben] = people;
  const [adas, bens] = tracks;
  if (ada === undefined || ben === undefined || adas === undefined || bens === undefined) throw new Error('no stage');
  return { meetingId, ada, ben, adas, bens };
}

async function playing(query = '', mode?: string) {
  const stage = await staged(mode);
  const { token, participantId } = await newToken(replica.httpAddress, stage.meetingId, 'Wall', 'attendee');
  const answer = await sdpRequest(replica, 'POST', `/v1/whep${query}`, offered(token, playerOffer));
  expect(answer.status, answer.text).toBe(201);
  const location = answer.headers.get('location') ?? '';
  const session = () => europe.session(stage.meetingId, participantId);
  const receives = (...trackIds: string[]) =>
    expect.poll(() => [...(session()?.targets.keys() ?? [])].sort()).toEqual(trackIds.sort());
  return { ...stage, token, participantId, answer, location, session, receives };
}

it('answers an offer with the payload types of the player, and plays the first camera and its voice', async () => {
  const { meetingId, answer, location, session, receives, adas } = await playing();
  expect(answer.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
  expect(answer.headers.get('etag')).toMatch(/^"[^"]+"$/);
  expect(location).toMatch(new RegExp(`^/v1/whep/${meetingId}/[\\w-]{36}$`));
  expect(answer.text).toMatch(/^m=video 9 UDP\/TLS\/RTP\/SAVPF 96 103\r$/m);
  const request = session()?.request;
  expect(request).toMatchObject({ canPublish: false, chosePayloadTypes: true });
  expect(request?.rtpCapabilities?.codecs.map(({ preferredPayloadType }) => preferredPayloadType)).toEqual([
    111, 96, 103,
  ]);
  await receives(adas.voice, adas.face);
  await expect.poll(() => session()?.resumed.size).toBe(2);
  // It is one of the audience.
  const attendees = await call(replica.httpAddress, 'GET', `/v1/meetings/${meetingId}/attendees`);
  expect(JSON.stringify(attendees.body)).toContain('Wall');
});

it('only watches also when it was given another role before', async () => {
  const { meetingId, token, participantId } = await playing();
  const path = `/v1/meetings/${meetingId}/participants/${participantId}`;
  expect((await call(replica.httpAddress, 'PATCH', path, { role: 'panelist' })).status).toBe(200);
  expect((await sdpRequest(replica, 'POST', '/v1/whep', offered(token, playerOffer))).status).toBe(201);
  const { body } = await call(replica.httpAddress, 'GET', `/v1/meetings/${meetingId}/attendees`);
  expect(body.attendees).toMatchObject([{ id: participantId }]);
});

it('follows whoever speaks, and a shared screen', async () => {
  const { meetingId, ada, bens, adas, receives } = await playing();
  await receives(adas.voice, adas.face);
  europe.tell({ speakerChanged: { meetingId, worker: 0, trackId: bens.voice } });
  await receives(bens.voice, bens.face);
  const screen = await published(ada, { ...camera, source: TrackSource.SCREEN });
  await receives(bens.voice, screen);
  europe.tell({ speakerChanged: { meetingId, worker: 0 } });
  europe.tell({ speakerChanged: { meetingId, worker: 0, trackId: adas.voice } });
  await receives(adas.voice, screen);
  const sound = await published(ada, { ...microphone, source: TrackSource.SCREEN_AUDIO });
  europe.tell({ speakerChanged: { meetingId, worker: 1, trackId: sound } });
  await receives(sound, screen);
  europe.tell({ speakerChanged: { meetingId, worker: 1 } });
  await receives(adas.voice, screen);
});

it('asks for its tracks anew when the edge lost one that the stage still has', async () => {
  const { meetingId, participantId, adas, receives, session } = await playing();
  await receives(adas.voice, adas.face);
  session()?.targets.delete(adas.face);
  europe.tell({ trackClosed: { meetingId, trackId: adas.face } });
  await receives(adas.voice, adas.face);
  expect(europe.session(meetingId, participantId)).toBeDefined();
});

it('plays one participant alone', async () => {
  const stage = await staged();
  const { token, participantId } = await newToken(replica.httpAddress, stage.meetingId, 'Wall', 'attendee');
  const path = `/v1/whep/${stage.meetingId}?participant=${stage.ben.participantId}`;
  const answer = await sdpRequest(replica, 'POST', path, offered(token, playerOffer));
  expect(answer.status, answer.text).toBe(201);
  await expect
    .poll(() => [...(europe.session(stage.meetingId, participantId)?.targets.keys() ?? [])].sort())
    .toEqual([stage.bens.voice, stage.bens.face].sort());
});

it('restarts ICE and ends at any replica, and is gone with its session on the edge', async () => {
  const { meetingId, participantId, token, location, answer, session } = await playing();
  const patch = (usernameFragment: string, ifMatch?: string) =>
    sdpRequest(other, 'PATCH', location, {
      token,
      body: fragmentWith(usernameFragment),
      headers: {
        'content-type': 'application/trickle-ice-sdpfrag',
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
    });
  expect((await patch('4ZcD', '*')).status).toBe(204);
  const restarted = await patch('Anew', answer.headers.get('etag') ?? '');
  expect(restarted.status, restarted.text).toBe(200);
  expect(restarted.text).toMatch(/^a=ice-ufrag:/m);
  expect(session()?.iceRestarts).toBe(1);
  expect(await patch('Anew')).toMatchObject({ status: 428, code: 'PRECONDITION_REQUIRED' });
  expect((await sdpRequest(other, 'DELETE', location, { token })).status).toBe(200);
  await expect.poll(session).toBeUndefined();
  expect(await sdpRequest(replica, 'DELETE', location, { token })).toMatchObject({ status: 404, code: 'NOT_FOUND' });

  const again = await sdpRequest(replica, 'POST', '/v1/whep', offered(token, playerOffer));
  europe.forget(meetingId, participantId);
  const resource = again.headers.get('location') ?? '';
  await expect.poll(async () => (await sdpRequest(replica, 'DELETE', resource, { token })).status).toBe(404);
});

it('refuses with a code what it can not play', async () => {
  const { meetingId, token, location } = await playing();
  const stranger = await newToken(replica.httpAddress, await newMeeting(replica.httpAddress), 'Eve', 'attendee');
  const at = `/v1/whep/${meetingId}`;
  const refusals = [
    [401, 'TOKEN_INVALID', sdpRequest(replica, 'POST', at, offered('no.such.token', playerOffer))],
    [404, 'MEETING_NOT_FOUND', sdpRequest(replica, 'POST', at, offered(stranger.token, playerOffer))],
    [406, 'SDP_NOT_ACCEPTABLE', sdpRequest(replica, 'POST', at, offered(token, obsOffer))],
    [405, 'METHOD_NOT_ALLOWED', sdpRequest(replica, 'GET', at, { token })],
    [404, 'NOT_FOUND', sdpRequest(replica, 'DELETE', location, { token: stranger.token })],
    [404, 'NOT_FOUND', sdpRequest(replica, 'DELETE', location.replace('whep', 'whip'), { token: stranger.token })],
  ] as const;
  for (const [status, code, refusal] of refusals) expect(await refusal).toMatchObject({ status, code });
  const resource = await sdpRequest(replica, 'OPTIONS', location);
  expect(resource.headers.get('access-control-allow-methods')).toBe('DELETE, OPTIONS, PATCH');
});
