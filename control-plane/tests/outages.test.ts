import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ChatScope } from '@canopy/proto/chat';
import type { Participant, ServerMessage } from '@canopy/proto/signal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import type { FakeEdge } from '../src/testing/fake-edge.ts';
import { camera, joinWith, microphone, sydney } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, published } from '../src/testing/people.ts';
import { untilRenewed } from '../src/testing/presence.ts';

const silentAfterMs = 1_000;

let mesh: TestMesh;
let one: ControlPlane;
let two: ControlPlane;
let europe: FakeEdge;

beforeAll(async () => {
  mesh = await TestMesh.create({
    gated: true,
    timing: {
      silentAfterMs,
      reconnectGraceMs: 1_000,
      storeTimeoutMs: 1_500,
      compareStreamsEveryMs: 200,
      renewPresenceEveryMs: 500,
      claimMs: 4_000,
      sweepEveryMs: 200,
    },
  });
  europe = await mesh.edge('europe', 'eu-central-1');
  await mesh.edge('australia', 'ap-southeast-2');
  [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe', 'australia']);
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

async function tryToJoin(token: string, replica = one) {
  const client = await mesh.client(replica);
  const { joined: answer, error } = await client.ask({ join: joinWith(token) });
  client.cut();
  return { answer, error };
}

/** Redis goes on. Where that took long, replicas have given up their connections to it, and make others. */
async function thawRedis(): Promise<void> {
  mesh.gates.redis.thaw();
  for (const { httpAddress } of [one, two])
    await expect.poll(async () => (await call(httpAddress, 'GET', '/readyz')).body.redis).toBe(true);
}

async function statesOfEdges(): Promise<unknown[]> {
  const { body } = await call(one.httpAddress, 'GET', '/v1/mesh');
  return (body.edges as { state: string }[]).map(({ state }) => state);
}

async function leavesServed(): Promise<number> {
  const lines = (await (await fetch(`http://${one.httpAddress}/metrics`)).text()).split('\n');
  const counted = lines.filter((line) => line.startsWith('canopy_signal_messages_total{message="leave"'));
  return counted.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

describe('while Redis is away', () => {
  it('joins get a retryable error, nobody is dropped, no edge is dead, and joins work once it is back', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const { token } = await newToken(one.httpAddress, meetingId, 'Ben');
    await mesh.gates.redis.close();
    const refused = await tryToJoin(token);
    expect(refused.error).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    expect((await ada.client.ask({ publish: camera })).error?.code).toBe('STATE_UNAVAILABLE');
    expect((await ada.client.ask({ ping: {} })).done).toEqual({});
    expect(await statesOfEdges()).toEqual(['ready', 'ready']);
    const [ready, health] = await Promise.all(
      ['/readyz', '/v1/health'].map((path) => call(one.httpAddress, 'GET', path)),
    );
    expect(ready?.body).toMatchObject({ ready: true, redis: false });
    expect(health?.body).toMatchObject({
      services: { postgresql: { version: expect.any(String) }, redis: null },
      replicas: null,
    });
    await mesh.gates.redis.open();
    await expect.poll(async () => (await tryToJoin(token)).answer).toBeDefined();
    expect((await ada.client.ask({ publish: camera })).published).toBeDefined();
    expect([...(europe.session(meetingId, ada.participantId)?.tracks.keys() ?? [])]).toHaveLength(1);
  });

  it('also when it is only silent', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const { token } = await newToken(one.httpAddress, meetingId, 'Ben');
    mesh.gates.redis.freeze();
    const refused = await tryToJoin(token);
    expect(refused.error?.code).toBe('STATE_UNAVAILABLE');
    mesh.gates.redis.thaw();
    await expect.poll(async () => (await tryToJoin(token)).answer).toBeDefined();
  });

  it('also when nothing comes any more over the connections there were, only over new ones', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const { token } = await newToken(one.httpAddress, meetingId, 'Ben');
    mesh.gates.redis.freeze();
    const refused = await tryToJoin(token);
    expect(refused.error).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    // Each replica gives up its own connections, in its own time.
    for (const replica of [one, two]) {
      await expect.poll(async () => (await tryToJoin(token, replica)).answer).toBeDefined();
    }
  });
});

describe('when Redis stands still in the middle of a join', () => {
  it('who was told that it failed is not there when Redis goes on', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, two, meetingId, 'Ada');
    const { token, participantId } = await newToken(one.httpAddress, meetingId, 'Ben');
    europe.onOpen = () => mesh.gates.redis.freeze();
    const refused = await tryToJoin(token);
    europe.onOpen = () => {};
    expect(refused.error).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    await thawRedis();
    // Behind what stood still.
    const ben = await mesh.client(one);
    expect((await ben.ask({ join: joinWith(token) })).joined?.participantId).toBe(participantId);
    await ada.client.untilEvent(({ participantJoined }) => participantJoined?.id === participantId);
    expect(ada.client.events().map((event) => Object.keys(event).find((name) => name !== 'position'))).toEqual([
      'participantJoined',
    ]);
  });
});

describe('somebody who came back over another replica while theirs stood still', () => {
  let free: ControlPlane;

  beforeAll(async () => {
    const { redisUrl, databaseUrl } = mesh.config;
    free = await mesh.replica({}, { redisUrl, databaseUrl });
    await mesh.untilHeard([free], ['europe', 'australia']);
  });

  afterAll(() => free[Symbol.asyncDispose]());

  it('is not replaced by a connection that was given up', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ben = await joined(mesh, free, meetingId, 'Ben');
    const { resumeToken } = ben.answer;
    const resume = { resumeToken, position: undefined, restartIce: false };
    const [late, back] = [await mesh.client(one), await mesh.client(free)];
    mesh.gates.redis.freeze();
    ben.client.cut();
    late.ws.send(JSON.stringify({ id: 1, resume }));
    late.ws.ping();
    await once(late.ws, 'pong');
    late.cut();
    expect((await back.ask({ resume })).resumed).toBeDefined();
    await thawRedis();
    const ada = await joined(mesh, one, meetingId, 'Ada');
    await back.untilEvent(({ participantJoined }) => participantJoined?.id === ada.participantId);
    expect((await back.ask({ ping: {} })).done).toEqual({});
    expect(back.received.some(({ goodbye }) => goodbye !== undefined)).toBe(false);
    back.cut();
  });

  it('is not replaced by what was refused there, where that replica has others of the meeting', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, free, meetingId, 'Ben');
    const resume = { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: false };
    const [late, back] = [await mesh.client(one), await mesh.client(free)];
    mesh.gates.redis.freeze();
    ben.client.cut();
    expect((await late.ask({ resume })).error?.code).toBe('STATE_UNAVAILABLE');
    expect((await back.ask({ resume })).resumed).toBeDefined();
    await thawRedis();
    // Behind what stood still.
    await published(ada, camera);
    await untilRenewed(mesh, meetingId, ben.participantId);
    expect((await back.ask({ publish: microphone })).published).toBeDefined();
    expect(back.received.some(({ goodbye }) => goodbye !== undefined)).toBe(false);
    back.cut();
  });

  it('is not taken out by the leave of the page that they loaded anew', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const { client, token, participantId } = await joined(mesh, one, meetingId, 'Ben');
    const sendChat = { id: randomUUID(), scope: ChatScope.EVERYONE, recipientId: '', replyTo: '', text: 'Bye' };
    mesh.gates.database.freeze();
    // Leaving waits for what was asked before it, and that for the database.
    client.ws.send(JSON.stringify({ id: 100, sendChat }));
    client.ws.send(JSON.stringify({ id: 101, leave: {} }));
    client.ws.ping();
    await once(client.ws, 'pong');
    client.cut();
    const back = await mesh.client(free);
    expect((await back.ask({ join: joinWith(token) })).joined?.participantId).toBe(participantId);
    mesh.gates.database.thaw();
    await expect.poll(leavesServed).toBe(1);
    expect(europe.session(meetingId, participantId)).toBeDefined();
    expect((await back.ask({ publish: microphone })).published).toBeDefined();
    back.cut();
  });
});

describe('when Redis forgot everything', () => {
  it('replicas put back who they hold, clients get a snapshot, and the rosters are the same everywhere', async () => {
    const meetingId = await newMeeting(one.httpAddress, { title: 'Kept' });
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben', { location: sydney });
    const track = await published(ada, camera);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
    const before = [ada, ben].map(({ client }) => client.received.length);
    await mesh.emptyRedis();
    const cleo = await joined(mesh, one, meetingId, 'Cleo');
    for (const { client } of [ada, ben]) {
      await client.until(({ snapshot }) => snapshot);
      await expect.poll(() => rosterOf(client).sort()).toEqual(['Ada', 'Ben', 'Cleo']);
    }
    // Who seemed to be gone for a moment would have to be subscribed to again.
    for (const [index, { client }] of [ada, ben].entries()) {
      for (const { snapshot, event } of client.received.slice(before[index])) {
        if (snapshot !== undefined) {
          expect(snapshot.participants.map(({ name }) => name)).toEqual(expect.arrayContaining(['Ada', 'Ben']));
          expect(snapshot.tracks.map(({ id }) => id)).toEqual([track]);
        }
        expect(event?.participantLeft ?? event?.trackUnpublished).toBeUndefined();
      }
    }
    await expect
      .poll(() => rosterOf(cleo.client, cleo.answer.meeting?.participants).sort())
      .toEqual(['Ada', 'Ben', 'Cleo']);
    expect((await ada.client.ask({ publish: microphone })).published).toBeDefined();
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.source === 'TRACK_SOURCE_MICROPHONE');
    const { subscribed } = await ben.client.ask({
      subscribe: { wants: [{ trackId: track, width: 1, height: 1, priority: 1 }] },
    });
    expect(subscribed?.refused).toEqual([]);
  });

  it('who is held by no replica any more leaves soon', async () => {
    const doomed = await mesh.replica();
    await mesh.untilHeard([doomed], ['europe']);
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, doomed, meetingId, 'Ben');
    await ada.client.untilEvent(({ participantJoined }) => participantJoined?.id === ben.participantId);
    await doomed[Symbol.asyncDispose]();
    await mesh.emptyRedis();
    const { participantLeft } = await ada.client.untilEvent((event) => event.participantLeft !== undefined);
    expect(participantLeft?.participantId).toBe(ben.participantId);
    expect((await ada.client.ask({ publish: camera })).published).toBeDefined();
  });
});

describe('while the bus is away', () => {
  async function metricsOfBus() {
    const lines = (await (await fetch(`http://${one.httpAddress}/metrics`)).text()).split('\n');
    const reconnects = lines.find((line) => line.startsWith('canopy_bus_reconnects_total '))?.split(' ')[1];
    const servers = lines.filter((line) => line.startsWith('canopy_bus_round_trip_seconds{server="'));
    const up = lines.filter((line) => line.startsWith('canopy_bus_server_up{server="'));
    return { reconnects: Number(reconnects), servers: servers.length, up: up.length };
  }

  it('events still reach the other replica, and no edge is taken for dead', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    const ben = await joined(mesh, two, meetingId, 'Ben');
    await mesh.gates.bus.close();
    const track = await published(ada, camera);
    await ben.client.untilEvent(({ trackPublished }) => trackPublished?.id === track);
    await expect.poll(async () => (await call(one.httpAddress, 'GET', '/readyz')).body.bus).toBe(false);
    expect((await call(one.httpAddress, 'GET', '/v1/health')).body.services).toMatchObject({ nats: null });
    expect(await metricsOfBus()).toEqual({ reconnects: 0, servers: 0, up: 0 });
    // Nothing tells that an edge was not declared dead, but time.
    await delay(2 * silentAfterMs);
    expect(await statesOfEdges()).toEqual(['ready', 'ready']);
    expect((await joined(mesh, two, meetingId, 'Cleo')).answer.edge?.id).toBe('europe');
    await mesh.gates.bus.open();
    await expect.poll(async () => (await call(one.httpAddress, 'GET', '/readyz')).body.bus).toBe(true);
    expect(await statesOfEdges()).toEqual(['ready', 'ready']);
    await expect.poll(metricsOfBus).toEqual({ reconnects: 1, servers: 1, up: 1 });
  });
});

describe('while PostgreSQL is away', () => {
  it('requests get a retryable error, who is in a meeting stays, and writes work once it is back', async () => {
    const meetingId = await newMeeting(one.httpAddress);
    const ada = await joined(mesh, one, meetingId, 'Ada');
    await mesh.gates.database.close();
    const refused = await call(one.httpAddress, 'POST', '/v1/meetings', {});
    expect([refused.status, codeOf(refused)]).toEqual([503, 'STATE_UNAVAILABLE']);
    expect((await ada.client.ask({ publish: camera })).published).toBeDefined();
    expect((await call(one.httpAddress, 'GET', '/readyz')).status).toBe(503);
    await mesh.gates.database.open();
    await expect.poll(async () => (await call(one.httpAddress, 'POST', '/v1/meetings', {})).status).toBe(201);
  });
});

/** The names a client knows of, from its last snapshot and the events since. */
function rosterOf({ received }: { received: readonly ServerMessage[] }, start: readonly Participant[] = []): string[] {
  let roster = new Map(start.map(({ id, name }) => [id, name]));
  for (const { snapshot, event } of received) {
    if (snapshot !== undefined) roster = new Map(snapshot.participants.map(({ id, name }) => [id, name]));
    const someone = event?.participantJoined ?? event?.participantUpdated;
    if (someone !== undefined) roster.set(someone.id, someone.name);
    if (event?.participantLeft !== undefined) roster.delete(event.participantLeft.participantId);
  }
  return [...roster.values()];
}
