import { randomUUID } from 'node:crypto';
import { ChatScope } from '@canopy/proto/chat';
import { longestMessage } from '@canopy/proto/conversation';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultRequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, newMeeting } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined, type Person } from '../src/testing/people.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';
import { defaultSignalLimits, type SignalLimits } from '../src/ws/limits.ts';

/** Six kilobytes. */
const long = '長'.repeat(longestMessage);
/** Written at length between two words of people. */
const pagesPerTurn = 50;
/** By far more than a kernel keeps for one connection: 12 MB. */
const mostTurns = 40;
/** Said while everybody reads, to know how long a word takes here. */
const turnsBefore = 7;
/** So much longer may a word take while somebody else's connection is full. */
const promptly = 5;
const plenty = { requests: 1_000_000, seconds: 60 };

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await TestMesh.create();
  await mesh.edge('europe', 'eu-central-1');
});

afterAll(() => mesh[Symbol.asyncDispose]());

interface Talk {
  replica: ControlPlane;
  meetingId: string;
  ada: Person;
  ben: Person;
  /** Stops to read. */
  cleo: Person;
  /** The server has given Cleo's connection up, whoever knows of that. */
  isDropped: () => boolean;
}

/** Three people in a meeting, of whom one is going to stop to read. */
async function threeMeet(limits: Partial<SignalLimits> = {}): Promise<Talk> {
  // Who answers no pings is given up as well, which is not the point here.
  const patient = { ...defaultSignalLimits, pingEveryMs: 3_600_000 };
  const signalLimits = { ...patient, maxBacklogBytes: 256 * 1024, ...limits };
  const requestLimits = { ...defaultRequestLimits, address: plenty, key: plenty };
  const { logger, written } = keptLog('replica');
  const replica = await mesh.replica({ signalLimits, requestLimits, logger });
  await mesh.untilHeard([replica], ['europe']);
  const meetingId = await newMeeting(replica.httpAddress);
  const ada = await joined(mesh, replica, meetingId, 'Ada');
  const ben = await joined(mesh, replica, meetingId, 'Ben');
  const cleo = await joined(mesh, replica, meetingId, 'Cleo');
  const isDropped = () => written().includes('a client does not keep up');
  return { replica, meetingId, ada, ben, cleo, isDropped };
}

/** The owner's program writes as much as a stalled connection can't take for long. */
async function writeAtLength({ replica, meetingId }: Talk): Promise<void> {
  const path = `/v1/meetings/${meetingId}/messages`;
  const answers = await Promise.all(
    Array.from({ length: pagesPerTurn }, () => call(replica.httpAddress, 'POST', path, { text: long })),
  );
  for (const { status } of answers) expect(status).toBe(201);
}

/** Somebody says something, and somebody else hears it. Returns after how long, ms. */
async function say(speaker: Person, listener: SignalClient, text: string): Promise<number> {
  const saidAt = performance.now();
  const message = { id: randomUUID(), scope: ChatScope.EVERYONE, recipientId: '', replyTo: '', text };
  const { error } = await speaker.client.ask({ sendChat: message });
  expect(error).toBeUndefined();
  await listener.untilEvent(({ chatMessage }) => chatMessage?.id === message.id);
  return performance.now() - saidAt;
}

/** Ada and Ben speak in turns, neither before the other was heard, while the program writes. Returns how long each word took, ms. */
async function talkUntil(isOver: (turns: number) => boolean, all: Talk): Promise<number[]> {
  const took: number[] = [];
  while (!isOver(took.length)) {
    const turn = took.length;
    if (turn === mostTurns) throw new Error('it goes on and on');
    const [speaker, listener] = turn % 2 === 0 ? [all.ada, all.ben] : [all.ben, all.ada];
    const written = writeAtLength(all);
    took.push(await say(speaker, listener.client, `Word ${turn}`));
    await written;
  }
  return took;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The ids of what was said, in the order in which it was heard. */
const heard = (client: SignalClient) => client.events().flatMap(({ chatMessage }) => chatMessage?.id ?? []);

it('is cut off though it never reads, while the others hear everything in order and at once; and it may come back', async () => {
  const all = await threeMeet();
  const { replica, ada, ben, cleo } = all;
  const isGone = () =>
    ada.client.events().some(({ participantUpdated: who }) => who?.id === cleo.participantId && !who.connected);
  const tookBefore = await talkUntil((turns) => turns === turnsBefore, all);
  cleo.client.ws.pause();
  const took = await talkUntil(isGone, all);

  expect(median(took)).toBeLessThan(promptly * median(tookBefore));
  const turns = tookBefore.length + took.length;
  const untilAllHeard = ({ client }: Person) =>
    expect.poll(() => heard(client).length).toBe(turns * (pagesPerTurn + 1));
  for (const person of [ada, ben]) await untilAllHeard(person);
  for (const { client } of [ada, ben]) {
    expect(heard(client)).toEqual([...new Set(heard(ada.client))]);
    const positions = client.events().flatMap(({ position }) => position?.sequence ?? []);
    expect(positions).toEqual(positions.map((_, index) => (positions[0] ?? 0) + index));
  }

  cleo.client.ws.resume();
  await cleo.client.closed;
  const position = cleo.client.events().at(-1)?.position ?? cleo.answer.meeting?.position;
  const back = await mesh.client(replica);
  const { resumed } = await back.ask({
    resume: { resumeToken: cleo.answer.resumeToken, position, restartIce: false },
  });
  expect(resumed).toBeDefined();
  await say(ada, back, 'Welcome back');
});

it('is told by code 4429 once it reads again, and nothing was kept for it of what came after', async () => {
  const all = await threeMeet({ closeTimeoutMs: 60_000 });
  const { ada, cleo } = all;
  cleo.client.ws.pause();
  await talkUntil(all.isDropped, all);
  await writeAtLength(all);
  cleo.client.ws.resume();
  expect(await cleo.client.closed).toEqual({ code: 4429, reason: 'SLOW_CONSUMER' });
  const [whole, got] = [heard(ada.client), heard(cleo.client)];
  expect(got).toEqual(whole.slice(0, got.length));
  expect(got.length).toBeLessThan(whole.length);
});
