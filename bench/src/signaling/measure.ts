import { setTimeout as delay } from 'node:timers/promises';
import { percentile, rounded } from '../statistics.ts';
import { Ears } from './ears.ts';
import type { Memory, ServerProcess } from './server-process.ts';
import { type Storm, storm } from './storm.ts';
import type { Subject } from './subject.ts';

export interface SignalingSize {
  people: number;
  /** Joins offered per second. */
  rate: number;
  broadcasts: number;
}

/** Times of many, ms. */
interface Times {
  p50: number;
  p99: number;
  max: number;
}

export interface SignalingFigures {
  joins: {
    done: number;
    /** Of those who were let in at their first attempt. */
    firstAttemptMs: Times & { count: number };
    /** From the first attempt, those among them who had to come again. */
    ms: Times;
    refusals: number;
    /** Attempts that got no connection, or lost it before the answer. */
    unreached: number;
    failed: Record<string, number>;
    /** From the first one offered to the last one done. */
    perSecond: number;
    /** CPU of the server for one, refusals included. */
    cpuMs: number;
  };
  /** A message that those hear who were there before, while the others come. */
  heardDuringJoinsMs: Times;
  /** For one session more, once everybody is there: what the process grew by before, to let them in, stays the same. */
  bytesPerSession: Memory;
  /** Of the process with all of them, resident, MiB. */
  residentMiB: number;
  /** Of one core, while nothing happens. */
  idleCpu: number;
  /** A message to all: from saying it until somebody hears it. */
  heardMs: Times;
  /** Who did not hear something in time. */
  unheard: number;
  /** CPU of the server for one recipient of one message. */
  cpuPerRecipientUs: number;
}

/** Sessions that come first and are counted in nothing: they make the server load and compile what it needs. */
const warmUp = 300;
const warmUpPerSecond = 100;
/** Part of the people who come once more, slowly, to tell what one session takes. */
const latecomers = 0.2;
const idleMs = 5_000;
/** Of a core. */
const settledShare = 0.02;
const mostLooks = 12;
const betweenMs = 1_000;

/** All sessions that there are in the end, of so many people. */
export function everybody(people: number): number {
  return warmUp + people + Math.ceil(people * latecomers);
}

/** Lets people come to a server, and one of them speak. */
export async function measure(
  subject: Subject,
  { people, rate, broadcasts }: SignalingSize,
): Promise<SignalingFigures> {
  const { server } = subject;
  const ears = new Ears();
  const hear = (message: Buffer) => ears.hear(message);
  const late = everybody(people) - warmUp - people;
  await subject.expect(everybody(people));
  // The first one is the host: only then may others come.
  await storm(subject, { first: 0, count: 1, hear }, 1);
  await storm(subject, { first: 1, count: warmUp - 1, hear }, warmUpPerSecond);
  await speak(subject, ears, warmUp, 3);
  const cpuBefore = server.cpuMs;
  let allHear = false;
  const hearLater = (message: Buffer) => {
    if (allHear) ears.hear(message);
  };
  const talk = keepTalking(subject, ears);
  const joins = await storm(subject, { first: warmUp, count: people, hear: hearLater }, rate);
  const cpuOfJoins = server.cpuMs - cpuBefore;
  const duringJoins = await talk.end();
  await idleShare(server);
  const before = await server.memory();
  const later = await storm(subject, { first: warmUp + people, count: late, hear: hearLater }, warmUpPerSecond);
  await idleShare(server);
  const after = await server.memory();
  const idleCpu = await idleShare(server);
  const present = warmUp + joins.joinMs.length + later.joinMs.length;
  allHear = true;
  const broadcast = await broadcastCost(subject, ears, present, broadcasts, idleCpu);
  return {
    joins: joinFigures(joins, cpuOfJoins),
    heardDuringJoinsMs: times(duringJoins),
    bytesPerSession: perSession(before, after, later.joinMs.length),
    residentMiB: Math.round(after.resident / 2 ** 20),
    idleCpu: rounded(idleCpu, 3),
    ...broadcast,
  };
}

function joinFigures({ joinMs, firstAttemptMs, refusals, unreached, failed, tookMs }: Storm, cpuMs: number) {
  return {
    done: joinMs.length,
    firstAttemptMs: { count: firstAttemptMs.length, ...times(firstAttemptMs) },
    ms: times(joinMs),
    refusals,
    unreached,
    failed,
    perSecond: Math.round(joinMs.length / (tookMs / 1_000)),
    cpuMs: rounded(cpuMs / joinMs.length, 2),
  };
}

/** Says something to those who are there, again and again. */
function keepTalking(subject: Subject, ears: Ears): { end(): Promise<number[]> } {
  const heardMs: number[] = [];
  let over = false;
  const talking = (async () => {
    for (let number = 0; !over; number++) {
      heardMs.push(...(await ears.listen(sentence(number), warmUp, (text) => subject.say(text))));
      await delay(betweenMs / 2);
    }
  })();
  return {
    end: async () => {
      over = true;
      await talking;
      return heardMs;
    },
  };
}

async function speak(subject: Subject, ears: Ears, listeners: number, times: number): Promise<number[][]> {
  const heard: number[][] = [];
  for (let number = 0; number < times; number++) {
    heard.push(await ears.listen(sentence(number), listeners, (text) => subject.say(text)));
    await delay(betweenMs);
  }
  return heard;
}

async function broadcastCost(subject: Subject, ears: Ears, listeners: number, broadcasts: number, idleCpu: number) {
  const { server } = subject;
  const [cpu, at] = [server.cpuMs, performance.now()];
  const heard = await speak(subject, ears, listeners, broadcasts);
  const spentMs = server.cpuMs - cpu - idleCpu * (performance.now() - at);
  const all = heard.flat();
  return {
    heardMs: times(all),
    unheard: listeners * broadcasts - all.length,
    cpuPerRecipientUs: rounded((spentMs * 1_000) / all.length, 2),
  };
}

/** Once it does not change any more: who came last is still told about, and written down, when all are there. */
async function idleShare(server: ServerProcess): Promise<number> {
  for (let last = await cpuShare(server), looks = 1; ; looks++) {
    const now = await cpuShare(server);
    if (Math.abs(now - last) < settledShare || looks === mostLooks) return now;
    last = now;
  }
}

async function cpuShare(server: ServerProcess): Promise<number> {
  const [cpu, at] = [server.cpuMs, performance.now()];
  await delay(idleMs);
  return (server.cpuMs - cpu) / (performance.now() - at);
}

function perSession(before: Memory, after: Memory, sessions: number): Memory {
  const of = (name: keyof Memory) => Math.round((after[name] - before[name]) / sessions);
  return { resident: of('resident'), objects: of('objects') };
}

function times(values: readonly number[]): Times {
  const at = (percent: number) => rounded(percentile(values, percent));
  return { p50: at(50), p99: at(99), max: at(100) };
}

function sentence(number: number): string {
  return `Number ${number} of what is said to all who are here, about as long as people write in a chat, ending in ${number}.`;
}
