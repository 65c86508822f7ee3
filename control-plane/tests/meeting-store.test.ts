import { randomUUID } from 'node:crypto';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { LeaveReason } from '@canopy/proto/signal';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisMeetingStore } from '../src/adapters/redis/meeting-store.ts';
import { recordOf } from '../src/app/session/live-session.ts';
import type { Gate } from '../src/testing/gate.ts';
import { GatedStores } from '../src/testing/gated-stores.ts';
import { liveSession } from '../src/testing/live-session.ts';
import { joinWith } from '../src/testing/media.ts';

/** Of what goes through the gate. */
const storeTimeoutMs = 1_500;
let stores: GatedStores;
let gate: Gate;
let store: RedisMeetingStore;
let stalling: Redis;
let stalled: RedisMeetingStore;

beforeAll(async () => {
  stores = await GatedStores.open(process.env.REDIS_URL ?? '', storeTimeoutMs);
  ({ gate, store, stalling, stalled } = stores);
});

afterAll(() => stores[Symbol.asyncDispose]());

const { rtpCapabilities, dtlsParameters } = joinWith('');
const sessionOf = (id: string, meetingId: string, edgeId = 'e') => {
  const session = liveSession(id, { meetingId });
  const client = { ...session.media.client, rtpCapabilities, dtlsParameters };
  return { ...session, media: { ...session.media, client, edgeId } };
};
const enter = (into: RedisMeetingStore, meetingId: string, id: string, connectionId = `${id}-1`) => {
  const session = sessionOf(id, meetingId);
  const connection = { id: connectionId, resumeHash: `hash-of-${connectionId}` };
  return into.join(meetingId, session.profile, recordOf(session), session.media, connection, false);
};
const resume = (over: RedisMeetingStore, meetingId: string, resumeHash: string, connectionId: string) =>
  over.resume(meetingId, 'ada', resumeHash, { id: connectionId, resumeHash: `hash-of-${connectionId}` }, undefined);
const publish = (over: RedisMeetingStore, meetingId: string, source: TrackSource) =>
  over.publish(meetingId, {
    id: `track-${source}`,
    participantId: 'ada',
    kind: TrackKind.VIDEO,
    source,
    muted: false,
    originEdgeId: 'e',
  });
const beginMove = (over: RedisMeetingStore, meetingId: string, connectionId: string, edgeId: string) =>
  over.beginMove(meetingId, 'ada', connectionId, sessionOf('ada', meetingId, edgeId).media, 'region');

/** Ada in a meeting, and what is known of it: whoever runs a script here has Redis know it. */
async function meetingWithAda() {
  const meetingId = randomUUID();
  await enter(store, meetingId, 'ada');
  await resume(store, meetingId, 'hash-of-ada-1', 'ada-2');
  await publish(store, meetingId, TrackSource.CAMERA);
  await beginMove(store, meetingId, 'ada-2', 'first');
  const known = async () => ({
    state: await store.read(meetingId),
    holder: await store.connectionOf(meetingId, 'ada'),
    edgeId: (await store.session(meetingId, 'ada'))?.edgeId,
  });
  return { meetingId, known };
}

describe('a command that stood still on its way until it had failed', () => {
  it.each<[string, (meetingId: string) => Promise<unknown>]>([
    ['join', (meetingId) => enter(stalled, meetingId, 'ben')],
    ['resume', (meetingId) => resume(stalled, meetingId, 'hash-of-ada-1', 'ada-3')],
    ['publication', (meetingId) => publish(stalled, meetingId, TrackSource.SCREEN)],
    ['beginning of a move', (meetingId) => beginMove(stalled, meetingId, 'ada-2', 'second')],
  ])('changes nothing: a %s', async (_, work) => {
    const { meetingId, known } = await meetingWithAda();
    const before = await known();
    const time = stalling.time.bind(stalling);
    // The way closes right behind the last that is asked before it.
    Object.assign(stalling, { time: () => time().finally(() => gate.freeze()) });
    await expect(work(meetingId)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
    Object.assign(stalling, { time });
    gate.thaw();
    // Answered after what stood still; where that took long, by another connection.
    await expect.poll(() => stalling.ping().catch(String)).toBe('PONG');
    expect(await known()).toEqual(before);
    await work(meetingId);
    expect(await known()).not.toEqual(before);
  });
});

describe('a leave', () => {
  it('concerns the connection that it names, or whichever there is', async () => {
    const meetingId = randomUUID();
    await enter(store, meetingId, 'ada', 'before');
    await enter(store, meetingId, 'ada', 'now');
    const leave = (connectionId?: string) => store.leave(meetingId, 'ada', LeaveReason.LEFT, connectionId);
    await expect(leave('before')).rejects.toMatchObject({ code: 'REPLACED' });
    expect(await store.connectionOf(meetingId, 'ada')).toBe('now');
    await leave('now');
    expect(await store.connectionOf(meetingId, 'ada')).toBeUndefined();
    await enter(store, meetingId, 'ada', 'again');
    expect((await leave()).events).toHaveLength(1);
  });
});

describe('a meeting that is found empty', () => {
  const isSwept = async (meetingId: string) => (await store.inhabited()).includes(meetingId);

  it('is swept no more, until somebody comes', async () => {
    const meetingId = randomUUID();
    await enter(store, meetingId, 'ada');
    expect((await store.sweep(meetingId)).left).toBe(1);
    expect(await isSwept(meetingId)).toBe(true);
    await store.leave(meetingId, 'ada', LeaveReason.LEFT);
    expect((await store.sweep(meetingId)).left).toBe(0);
    expect(await isSwept(meetingId)).toBe(false);
    await enter(store, meetingId, 'ben');
    expect(await isSwept(meetingId)).toBe(true);
  });

  it('goes on being swept when somebody comes before that is noted', async () => {
    const meetingId = randomUUID();
    await enter(store, meetingId, 'ada');
    await store.leave(meetingId, 'ada', LeaveReason.LEFT);
    await store.sweep(randomUUID());
    const evalsha = stalling.evalsha.bind(stalling);
    const comes = async (...[sha, keys, ...args]: [string, number, ...string[]]) => {
      const found = await evalsha(sha, keys, ...args);
      Object.assign(stalling, { evalsha });
      await enter(store, meetingId, 'ben');
      return found;
    };
    Object.assign(stalling, { evalsha: comes });
    expect((await stalled.sweep(meetingId)).left).toBe(0);
    expect(await isSwept(meetingId)).toBe(true);
  });
});
