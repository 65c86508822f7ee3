// What happens when packets are dropped; processes that are killed or stand still are lost in the files beside this one.
import { setTimeout as delay } from 'node:timers/promises';
import { signalDefaults } from '@canopy/client/signal';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Reached } from '../../src/testing/balancer.ts';
import { breaksIn, type HeadlessParticipant } from '../../src/testing/headless-participant.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { outageMs } from '../fixtures/full-length.ts';
import { SilentStage } from '../fixtures/silent-stage.ts';
import { busyMs, type Place, patienceMs, type Stage } from '../fixtures/stage.ts';
import { heardBy, Talker } from '../fixtures/talker.ts';

/** Nobody may write more often than three times a second. */
const talkEveryMs = 400;

let net: SilentStage;
let stage: Stage;
let people: Awaited<ReturnType<Stage['twoPeople']>>;

beforeAll(async () => {
  net = await SilentStage.open({ regions: ['eu-central-1', 'us-east-1', 'ap-southeast-2'] });
  stage = net.stage;
  people = await stage.twoPeople();
});

afterAll(() => net?.[Symbol.asyncDispose]());

// A test that fails in the middle of a silence leaves the others a whole mesh.
afterEach(async () => {
  net.speak();
  await stage.mesh.ready();
});

/** Somebody without media, who leaves when the test ends at the latest. */
async function guest(token: string, from: Place, joinPatienceMs?: number): Promise<HeadlessParticipant> {
  const somebody = await stage.joinSoon(token, from, joinPatienceMs);
  onTestFinished(() => somebody.connection.leave());
  return somebody;
}

async function guestOn(replica: Reached | undefined, name: string, from: Place): Promise<HeadlessParticipant> {
  const token = await stage.tokenFor(people.meetingId, name);
  stage.balancer.preferred = replica;
  const somebody = await guest(token, from);
  stage.balancer.preferred = undefined;
  return somebody;
}

/**
 * Does the work while media goes on and one guest writes in the chat, over the first replica, to another who is on the second.
 * What was acknowledged is kept once, everybody was told of it in that order, and nobody had to join anew.
 */
async function allGoOn(
  work: (writer: HeadlessParticipant, reader: HeadlessParticipant) => Promise<void>,
): Promise<void> {
  const [first, second] = net.replicas;
  const writer = await guestOn(first, 'Writer', 'eu-central-1');
  const reader = await guestOn(second, 'Reader', 'us-east-1');
  const talk = new Talker(writer, talkEveryMs);
  onTestFinished(() => talk.stop());
  await talk.goesOn();
  await mediaGoesOn(people.both, () => work(writer, reader));
  await talk.goesOn();
  await talk.stop();
  for (const somebody of [writer, reader]) {
    // One that was sent again may be told again: it is the same message.
    await expect.poll(() => [...new Set(heardBy(somebody))]).toEqual(talk.said);
    expect(breaksIn(somebody.told)).toEqual([]);
    expect(somebody.told.filter(({ how }) => how === 'joined')).toHaveLength(1);
  }
  const { chatPage } = await reader.request({ listChat: { cursor: '', limit: talk.said.length } });
  expect(chatPage?.messages.map(({ id }) => id)).toEqual(talk.said.toReversed());
  await Promise.all([writer, reader].map(({ connection }) => connection.leave()));
  await stage.sameRosters(people.both);
}

type Everybody = Parameters<Stage['sameRosters']>[0];

/** Everybody sees the newcomer, and nobody besides; and that they leave. */
async function comesAndGoes(newcomer: HeadlessParticipant, everybody: Everybody): Promise<void> {
  await stage.sameRosters([...everybody, newcomer]);
  expect(newcomer.roster).toHaveLength(everybody.length + 1);
  await newcomer.connection.leave();
  await stage.sameRosters(everybody);
}

/** For so long, whoever asks is told to try again. */
async function refusedFor(ms: number, ask: () => Promise<unknown>, atOnce = 1): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until)
    for (const result of await Promise.allSettled(Array.from({ length: atOnce }, ask)))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'STATE_UNAVAILABLE', retryable: true } });
}

const allReady = ['ready', 'ready', 'ready'];

test('NATS is silent while plans are made anew: media goes on, nobody is dead, no message is lost, edges are current soon after', async () => {
  const { meetingId, both } = people;
  await allGoOn(async (...guests) => {
    const token = await stage.tokenFor(meetingId, 'Olga');
    const before = await stage.epochOf(meetingId);
    net.silence('NATS');
    const olga = await guest(token, 'ap-southeast-2');
    expect(olga.joined.edge?.region).toBe('ap-southeast-2');
    expect(await stage.epochOf(meetingId)).toBeGreaterThan(before);
    await delay(outageMs(8_000, 30_000));
    expect(await stage.edgeStates()).toEqual(allReady);
    net.speak();
    await stage.converged(meetingId, before, 2_000 + busyMs);
    await comesAndGoes(olga, [...both, ...guests]);
  });
});

test('PostgreSQL is silent: media goes on, requests fail in bounded time, no message is lost, writes work soon after', async () => {
  const { meetingId, both } = people;
  const soonMs = 3_000 + busyMs;
  await allGoOn(async (...guests) => {
    net.silence('PostgreSQL');
    await refusedFor(outageMs(6_000, 20_000), () => stage.createMeeting(), 8);
    net.speak();
    const write = async () => (await stage.api.createMeeting({})).status;
    await expect.poll(write, { timeout: soonMs, interval: 50 }).toBe('scheduled');
    const olga = await guest(await stage.tokenFor(meetingId, 'Olga'), 'us-east-1', soonMs);
    await comesAndGoes(olga, [...both, ...guests]);
  });
});

test('Redis is silent: media goes on, no edge is dead, joins are told to try again and work soon after, no message is lost', async () => {
  const { meetingId, both } = people;
  await allGoOn(async (...guests) => {
    const token = await stage.tokenFor(meetingId, 'Olga');
    net.silence('Redis');
    await refusedFor(outageMs(6_000, 60_000), () => stage.join(token, 'us-east-1'));
    expect(await stage.edgeStates()).toEqual(allReady);
    net.speak();
    const olga = await guest(token, 'us-east-1', 2_000 + busyMs);
    await comesAndGoes(olga, [...both, ...guests]);
  });
});

test('a replica is silent: who was on it goes on over the other though nothing tells them, others join, no event is lost or told twice', async () => {
  const { meetingId, both } = people;
  await allGoOn(async (writer, reader) => {
    const token = await stage.tokenFor(meetingId, 'Olga');
    net.silence('control-plane-1');
    const silentSince = performance.now();
    const olga = await guest(token, 'us-east-1');
    const resumed = () => writer.told.find(({ how }) => how === 'resumed');
    await expect.poll(resumed, { timeout: patienceMs }).toBeDefined();
    // By the answer that did not come.
    expect((resumed()?.atMs ?? 0) - silentSince).toBeGreaterThan(signalDefaults.pingTimeoutMs / 2);
    net.speak();
    await comesAndGoes(olga, [...both, writer, reader]);
  });
});
