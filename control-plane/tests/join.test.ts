import { LeaveReason } from '@canopy/proto/signal';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ControlPlane } from '../src/context.ts';
import { mostVideos } from '../src/core/meeting/video-limit.ts';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, dtls, joinWith, microphone, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let europe: FakeEdge;
let australia: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create();
  europe = await mesh.edge('europe', 'eu-central-1');
  australia = await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

describe('joining', () => {
  it('answers once with identity, edge, transports, snapshot and first consumers', async () => {
    const meetingId = await newMeeting(one.httpAddress, { title: 'Standup' });
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const track = await published(ada, camera);
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });

    expect(ada.answer.edge).toEqual({ id: 'europe', region: 'eu-central-1' });
    expect(ben.answer.edge).toEqual({ id: 'australia', region: 'ap-southeast-2' });
    expect(ben.answer.meeting?.title).toBe('Standup');
    expect(ben.answer.meeting?.participants.map(({ name }) => name).sort()).toEqual(['Ada', 'Ben']);
    expect(ben.answer.consumers.map(({ trackId }) => trackId)).toEqual([track]);
    expect(ben.answer.sendTransport).toBeDefined();
    expect(europe.session(meetingId, ada.participantId)?.request.dtlsParameters).toEqual(dtls);
    expect(australia.routes.get(meetingId)?.routes).toMatchObject([
      { originEdgeId: 'europe', parent: { edgeId: 'europe' } },
    ]);
    await ada.client.untilEvent(({ participantJoined }) => participantJoined?.name === 'Ben');
    await expect.poll(() => europe.routes.get(meetingId)?.routes.length).toBe(1);
  });

  it('keeps to the newer connection of who gave up waiting for the first', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const { token, participantId } = await newToken(one.httpAddress, meetingId, 'Ada', 'host');
    const { promise: untilOpened, resolve: answer } = Promise.withResolvers<void>();
    const { promise: asked, resolve: onOpen } = Promise.withResolvers<void>();
    const before = europe.onOpen;
    onTestFinished(() => {
      europe.onOpen = before;
      europe.untilOpened = Promise.resolve();
      answer();
    });
    europe.untilOpened = untilOpened;
    europe.onOpen = onOpen;
    const first = await mesh.client(one);
    first.ws.send(JSON.stringify({ id: 1, join: joinWith(token) }));
    await asked;
    first.ws.terminate();
    await first.closed;
    europe.untilOpened = Promise.resolve();
    const second = await mesh.client(two);
    expect((await second.ask({ join: joinWith(token) })).joined).toBeDefined();
    answer();
    // Whatever the first one still did would be told by now to who joins after it, at the same replica.
    await joined(mesh, one, meetingId, 'Ben');
    expect((await second.ask({ ping: {} })).done).toEqual({});
    expect(second.received.some(({ goodbye }) => goodbye !== undefined)).toBe(false);
    expect(europe.session(meetingId, participantId)).toBeDefined();
  });

  it('explains where a participant was placed', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    const { status, body } = await call(
      two.httpAddress,
      'GET',
      `/v1/meetings/${meetingId}/participants/${ben.participantId}/placement`,
    );
    expect(status).toBe(200);
    const candidates = ['australia', 'europe'].map((edgeId) => expect.objectContaining({ edgeId }));
    const decision = { edgeId: 'australia', rule: 'least-path', candidates: expect.arrayContaining(candidates) };
    expect(body).toMatchObject({ edge: { id: 'australia' }, decision });
  });

  it('tells no other participant how far somebody is from the edges', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, one, meetingId, 'Ben', { location: sydney });
    const path = `/v1/meetings/${meetingId}/participants/${ben.participantId}/placement`;
    const told = async (token: string) => {
      const { body } = await call(one.httpAddress, 'GET', path, undefined, `Bearer ${token}`);
      const { candidates } = z.object({ candidates: z.array(z.record(z.string(), z.unknown())) }).parse(body.decision);
      return new Set(candidates.flatMap((candidate) => Object.keys(candidate)));
    };
    expect(await told(ben.token)).toContain('clientRttMs');
    expect(await told(ada.token)).toEqual(new Set(['edgeId', 'region', 'load']));
  });

  it('gives attendees no way to publish', async () => {
    const meetingId = await newMeeting(one.httpAddress, { mode: 'webinar' });
    const ann = await joined(mesh, one, meetingId, 'Ann', { role: 'attendee' });
    expect(ann.answer.sendTransport).toBeUndefined();
    const { error } = await ann.client.ask({ publish: camera });
    expect(error?.code).toBe('FORBIDDEN');
    expect((await ann.client.ask({ ping: {} })).done).toEqual({});
  });

  it('passes on how to get into the relays beside the edge, anew with each restart of ICE', async () => {
    const relayUntil = (endsAt: number) => [
      { urls: ['turn:203.0.113.7:3478?transport=tcp'], username: `${endsAt}:ada`, credential: 'c/+=' },
    ];
    onTestFinished(() => {
      europe.iceServers = [];
    });
    europe.iceServers = relayUntil(2_000_003_600);
    const ada = await joined(mesh, one, await newMeeting(one.httpAddress), 'Ada');
    const { sendTransport, receiveTransport, resumeToken, meeting } = ada.answer;
    expect([sendTransport?.iceServers, receiveTransport?.iceServers]).toEqual([europe.iceServers, europe.iceServers]);
    europe.iceServers = relayUntil(2_000_007_200);
    const { iceRestarted } = await ada.client.ask({ restartIce: {} });
    expect(iceRestarted?.iceServers).toEqual(europe.iceServers);
    europe.iceServers = relayUntil(2_000_010_800);
    const back = await mesh.client(two);
    const { resumed } = await back.ask({ resume: { resumeToken, position: meeting?.position, restartIce: true } });
    expect(resumed?.ice?.iceServers).toEqual(europe.iceServers);
  });

  it('tries the next edge when one refuses', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    europe.refuseWith = 'EDGE_DRAINING';
    try {
      const ada = await joined(mesh, one, meetingId, 'Ada');
      expect(ada.answer.edge?.id).toBe('australia');
    } finally {
      europe.refuseWith = undefined;
    }
  });

  it('says that no edge is available when all refuse', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const { token } = await newToken(one.httpAddress, meetingId);
    const client = await mesh.client(one);
    europe.refuseWith = 'EDGE_OVERLOADED';
    australia.refuseWith = 'EDGE_OVERLOADED';
    try {
      const { error } = await client.ask({ join: joinWith(token) });
      expect(error).toMatchObject({ code: 'NO_EDGE_AVAILABLE', retryable: true });
    } finally {
      europe.refuseWith = undefined;
      australia.refuseWith = undefined;
    }
    expect((await client.ask({ join: joinWith(token) })).joined?.edge?.id).toBe('europe');
  });

  it('lets the same participant join again, and closes the older connection on whichever replica it is', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    await published(ada, camera);
    const ben = await joined(mesh, one, meetingId, 'Ben');
    const again = await mesh.client(two);
    const { joined: answer } = await again.ask({ join: joinWith(ada.token) });
    expect(answer?.meeting?.participants).toHaveLength(2);
    expect(answer?.meeting?.tracks).toEqual([]);
    expect(await ada.client.untilGoodbye()).toBe('REPLACED');
    expect((await ada.client.closed).code).toBe(4409);
    await ben.client.untilEvent(({ trackUnpublished }) => trackUnpublished !== undefined);
    expect((await again.ask({ publish: camera })).published).toBeDefined();
  });
});

describe('events', () => {
  it('reach every replica, each once and in order', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    const track = await published(ada, camera);
    await published(ada, microphone);
    await ada.client.ask({ setMuted: { trackId: track, muted: true } });
    await ada.client.ask({ unpublish: { trackId: track } });
    await ada.client.ask({ leave: {} });
    await ben.client.untilEvent(({ participantLeft }) => participantLeft !== undefined);
    const start = ben.answer.meeting?.position?.sequence ?? 0;
    const sequences = ben.client.events().map(({ position }) => position?.sequence);
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6].map((step) => start + step));
    expect((await ada.client.closed).code).toBe(1000);
    expect(europe.session(meetingId, ada.participantId)).toBeUndefined();
  });

  it('tell of somebody who said goodbye and was gone before it was read', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben');
    for (const message of [
      { id: 90, publish: camera },
      { id: 91, leave: {} },
    ])
      ada.client.ws.send(JSON.stringify(message));
    ada.client.ws.close();
    const { participantLeft } = await ben.client.untilEvent((event) => event.participantLeft !== undefined);
    expect(participantLeft).toMatchObject({ participantId: ada.participantId, reason: LeaveReason.LEFT });
    await expect.poll(() => europe.session(meetingId, ada.participantId)).toBeUndefined();
  });

  it('stay complete and in order while many things happen at once on both replicas', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const watcher = await joined(mesh, one, meetingId, 'Watcher');
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, index) => joined(mesh, index % 2 === 0 ? one : two, meetingId, `P${index}`)),
    );
    await Promise.all(people.map((person) => published(person, microphone)));
    await Promise.all(people.map(({ client }) => client.ask({ leave: {} })));
    const start = watcher.answer.meeting?.position?.sequence ?? 0;
    const expected = Array.from({ length: 12 * 4 }, (_, index) => start + 1 + index);
    await watcher.client.untilEvent(({ position }) => position?.sequence === expected.at(-1));
    expect(watcher.client.events().map(({ position }) => position?.sequence)).toEqual(expected);
  });
});

describe('subscribing', () => {
  it('makes consumers for known tracks and refuses the others one by one', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    const track = await published(ada, camera);
    const want = (trackId: string) => ({ trackId, width: 100, height: 100, priority: 1 });
    const { subscribed } = await ben.client.ask({ subscribe: { wants: [want(track), want('nobody')] } });
    expect(subscribed?.added).toMatchObject([{ trackId: track, paused: true }]);
    expect(subscribed?.refused).toMatchObject([{ trackId: 'nobody', reason: { code: 'TRACK_NOT_FOUND' } }]);
    const consumerIds = subscribed?.added.map(({ consumerId }) => consumerId) ?? [];
    await ben.client.ask({ consumersReady: { consumerIds } });
    expect([...(australia.session(meetingId, ben.participantId)?.resumed ?? [])]).toEqual(consumerIds);
    const { path } = await ben.client.ask({ getTrackPath: { trackId: track } });
    expect(path?.edges).toEqual([
      { id: 'europe', region: 'eu-central-1' },
      { id: 'australia', region: 'ap-southeast-2' },
    ]);
    const { subscribed: none } = await ben.client.ask({ subscribe: { wants: [] } });
    expect(none?.removedConsumerIds).toEqual(consumerIds);
  });
});

describe('subscribing to tracks that take their time', () => {
  it('holds up nothing but the next subscription, and what moves the participant', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, one, meetingId, 'Ben');
    const trackId = await published(ada, camera);
    const arrived = Promise.withResolvers<void>();
    europe.untilSubscribed = arrived.promise;
    const answers: string[] = [];
    const asked = async (name: string, message: Parameters<typeof ben.client.ask>[0]) => {
      const reply = await ben.client.ask(message);
      answers.push(name);
      return reply;
    };
    const want = { trackId, width: 100, height: 100, priority: 1 };
    const all = [
      asked('first', { subscribe: { wants: [want] } }),
      asked('second', { subscribe: { wants: [] } }),
      asked('raised', { raiseHand: {} }),
    ];
    expect((await all[2])?.error).toBeUndefined();
    expect(answers).toEqual(['raised']);
    arrived.resolve();
    europe.untilSubscribed = Promise.resolve();
    const [first, second] = await Promise.all(all);
    expect(answers).toEqual(['raised', 'first', 'second']);
    expect(second?.subscribed?.removedConsumerIds).toEqual(
      first?.subscribed?.added.map(({ consumerId }) => consumerId),
    );
  });
});

describe('subscribing to more videos than fit', () => {
  it('brings the most wanted ones and refuses the others one by one', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const watcher = await joined(mesh, one, meetingId, 'Watcher');
    const people = Array.from({ length: mostVideos + 1 }, (_, index) => joined(mesh, one, meetingId, `P${index}`));
    const tracks = await Promise.all((await Promise.all(people)).map((person) => published(person, camera)));
    const [least = '', ...others] = tracks;
    const wants = tracks.map((trackId) => ({ trackId, width: 100, height: 100, priority: trackId === least ? 1 : 2 }));
    const { subscribed } = await watcher.client.ask({ subscribe: { wants } });
    expect(subscribed?.added.map(({ trackId }) => trackId).sort()).toEqual(others.sort());
    expect(subscribed?.refused).toMatchObject([{ trackId: least, reason: { code: 'VIDEO_LIMIT_REACHED' } }]);
  });
});

describe('publishing', () => {
  it('takes one track of each source', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const track = await published(ada, camera);
    expect((await ada.client.ask({ publish: camera })).error?.code).toBe('TRACK_LIMIT_REACHED');
    expect([...(europe.session(meetingId, ada.participantId)?.tracks.keys() ?? [])]).toEqual([track]);
  });

  it('lets nobody touch the tracks of others', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, one, meetingId, 'Ben');
    const track = await published(ada, camera);
    expect((await ben.client.ask({ setMuted: { trackId: track, muted: true } })).error?.code).toBe('TRACK_NOT_FOUND');
    expect((await ben.client.ask({ unpublish: { trackId: track } })).error?.code).toBe('TRACK_NOT_FOUND');
    expect(europe.session(meetingId, ada.participantId)?.tracks.get(track)?.muted).toBe(false);
  });
});

describe('ending a meeting', () => {
  it('says goodbye on every replica, closes every session and lets nobody in again', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    const { body } = await call(one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect(body).toMatchObject({ id: meetingId, status: 'ended' });
    for (const { client } of [ada, ben]) {
      expect(await client.untilGoodbye()).toBe('MEETING_ENDED');
      expect((await client.closed).code).toBe(4411);
    }
    expect(europe.session(meetingId, ada.participantId)).toBeUndefined();
    expect(australia.session(meetingId, ben.participantId)).toBeUndefined();
    const late = await mesh.client(two);
    expect((await late.ask({ join: joinWith(ada.token) })).error?.code).toBe('MEETING_ENDED');
  });
});
