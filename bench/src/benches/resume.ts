import { setTimeout as delay } from 'node:timers/promises';
import { breaksIn } from '@canopy/local-mesh/testing/headless-participant';
import { Restless } from '@canopy/local-mesh/testing/restless';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { House, type Replica, untilBack } from '../replicas/house.ts';
import { joinDespite } from '../replicas/join-despite.ts';
import { percentile, type Spread, spread } from '../statistics.ts';

export const description =
  'replicas of the control plane are killed while people are in meetings, join and change things: how soon all go on over another';

export const needs = 'browser';

export const options = {
  kills: { type: 'string', default: '20', description: 'N: times a replica is killed, each in turn' },
  'seen-kills': {
    type: 'string',
    default: '5',
    description: 'N: further kills, under two browsers that see each other',
  },
  guests: { type: 'string', default: '60', description: 'N: participants connected to it' },
  meetings: { type: 'string', default: '6', description: 'N: meetings they are in, each with one who changes things' },
  joins: { type: 'string', default: '6', description: 'N: joins under way at each kill' },
} as const;

export interface ResumeResult {
  kills: number;
  guests: number;
  /** From the kill to the answer to the resume, of every guest at every kill without browsers, ms. */
  resumeMs: { p50: number; p95: number; max: number };
  /** How much of it, in the same kills, until guests lost their sockets: the system's time to end a process on a busy machine. */
  lostMs: { p50: number; p95: number; max: number };
  /** The p95 of each kill. */
  resumeP95MsPerKill: Spread;
  /** From the kill to the answer, of those who were joining, ms. */
  joinMs: { count: number; p50: number; p95: number; max: number };
  /** Guests who were not back after 10 s, and who had to join anew. */
  notBack: number;
  rejoined: number;
  events: {
    /** Events left out, told twice or out of order, over all guests. */
    breaks: number;
    /** Changes that were acknowledged; those of them that somebody did not hear of; changes heard of more often than made. */
    acknowledged: number;
    lost: number;
    surplus: number;
  };
  /** Two browsers in a meeting of their own. They share the machine with everything else: the resumes beside them are counted apart. Looked at every 100 ms. */
  media: { kills: number; longestGapMs: number; replaced: number; resumeMs: { p50: number; p95: number; max: number } };
}

const changeEveryMs = 100;
const patienceMs = 10_000;

export async function run(values: OptionValues): Promise<ResumeResult> {
  const kills = wholeNumber(values, 'kills', 1, 1_000) ?? 20;
  const seenKills = wholeNumber(values, 'seen-kills', 0, 1_000) ?? 5;
  const guests = wholeNumber(values, 'guests', 1, 1_000) ?? 60;
  const meetings = wholeNumber(values, 'meetings', 1, 100) ?? 6;
  const joins = wholeNumber(values, 'joins', 0, 100) ?? 6;
  await using house = await House.open(meetings);
  const [first] = house.mesh.replicas;
  if (first === undefined) throw new Error('there is no replica');
  await house.fill(first, guests);
  const restless = await Promise.all(
    house.guests.slice(0, meetings).map((guest) => Restless.begin(guest, changeEveryMs)),
  );
  const rounds: Round[] = [];
  const all = kills + seenKills;
  for (let number = 0; number < all; number++) {
    if (number === kills) await house.showMedia();
    const round = await killOnce(house, number, joins);
    rounds.push(round);
    console.error(`kill ${number + 1} of ${all}: p95 ${percentile(round.resumeMs, 95).toFixed(0)} ms`);
  }
  await Promise.all(restless.map((one) => one.stop()));
  // What was changed last is still on its way to the others.
  await delay(1_000);
  return await judge(house, restless, rounds.slice(0, kills), rounds.slice(kills));
}

interface Round {
  lostMs: number[];
  resumeMs: number[];
  joinMs: number[];
}

/** Everybody is on one replica; it is killed, all go on over the other, and it comes back. */
async function killOnce(house: House, number: number, joins: number): Promise<Round> {
  const { replicas } = house.mesh;
  const [doomed, other] = [replicas[number % 2], replicas[(number + 1) % 2]] as [Replica, Replica];
  house.balancer.preferred = doomed;
  const tokens = await Promise.all(Array.from({ length: joins }, (_, index) => house.token(index)));
  const joining = tokens.map((token, index) => joinDespite(house, token, index * 10));
  await delay((joins * 10) / 2);
  const killedAt = performance.now();
  const lostMs: number[] = [];
  const stops = house.guests.map(({ connection }) =>
    connection.events.on('stateChanged', (state) => {
      if (state === 'reconnecting') lostMs.push(performance.now() - killedAt);
    }),
  );
  doomed.kill('SIGKILL');
  house.balancer.preferred = other;
  const resumeMs = await untilBack(house.guests, killedAt, patienceMs);
  for (const stop of stops) stop();
  const joined = await Promise.all(joining);
  for (const { participant } of joined) await participant.connection.leave();
  await doomed.restart();
  await house.mesh.ready();
  const joinMs = joined.flatMap(({ answeredAt }) => (answeredAt > killedAt ? [answeredAt - killedAt] : []));
  return { lostMs, resumeMs, joinMs };
}

async function judge(
  house: House,
  restless: readonly Restless[],
  rounds: readonly Round[],
  seen: readonly Round[],
): Promise<ResumeResult> {
  const { guests } = house;
  const joinMs = rounds.flatMap((round) => round.joinMs);
  const hearings = restless.flatMap((one) =>
    guests
      .filter(({ state }) => state.meetingId === one.participant.state.meetingId)
      .map((guest) => ({ one, heard: one.heardBy(guest) })),
  );
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return {
    kills: rounds.length,
    guests: guests.length,
    resumeMs: times(rounds, 'resumeMs'),
    lostMs: times(rounds, 'lostMs'),
    resumeP95MsPerKill: spread(rounds.map((round) => percentile(round.resumeMs, 95))),
    joinMs: { count: joinMs.length, p50: at(joinMs, 50), p95: at(joinMs, 95), max: at(joinMs, 100) },
    notBack: sum([...rounds, ...seen].map(({ resumeMs }) => guests.length - resumeMs.length)),
    rejoined: sum(guests.map(({ told }) => told.filter(({ how }) => how === 'joined').length - 1)),
    events: {
      breaks: sum(guests.map(({ told }) => breaksIn(told).length)),
      acknowledged: sum(restless.map(({ acknowledged }) => acknowledged)),
      lost: sum(hearings.map(({ one, heard }) => Math.max(0, one.acknowledged - heard))),
      surplus: sum(hearings.map(({ one, heard }) => Math.max(0, heard - one.acknowledged - one.unknown))),
    },
    media: { kills: seen.length, ...(await house.media()), resumeMs: times(seen, 'resumeMs') },
  };
}

function times(rounds: readonly Round[], of: 'lostMs' | 'resumeMs'): { p50: number; p95: number; max: number } {
  const all = rounds.flatMap((round) => round[of]);
  return { p50: at(all, 50), p95: at(all, 95), max: at(all, 100) };
}

function at(values: readonly number[], percent: number): number {
  return Math.round(percentile(values, percent));
}

export function summary({
  kills,
  guests,
  resumeMs,
  lostMs,
  joinMs,
  notBack,
  rejoined,
  events,
  media,
}: ResumeResult): string {
  return [
    `${kills} kills, ${guests} guests: resumed after p50 ${resumeMs.p50}, p95 ${resumeMs.p95}, max ${resumeMs.max} ms (their sockets were lost after p50 ${lostMs.p50}, p95 ${lostMs.p95} ms); ${notBack} not back, ${rejoined} joined anew`,
    `${joinMs.count} joins under way answered after p50 ${joinMs.p50}, p95 ${joinMs.p95}, max ${joinMs.max} ms`,
    `${events.acknowledged} acknowledged changes: ${events.lost} lost, ${events.surplus} too many, ${events.breaks} events out of order`,
    `${media.kills} kills under two browsers: longest gap ${media.longestGapMs} ms, ${media.replaced} tracks came anew; guests resumed after p50 ${media.resumeMs.p50}, p95 ${media.resumeMs.p95} ms`,
  ].join('\n');
}
