import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { breaksIn } from '@canopy/local-mesh/testing/headless-participant';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { eventLoopDelayP99Ms } from '../replicas/event-loop.ts';
import { House, type Replica, untilBack } from '../replicas/house.ts';
import { percentile, type Spread, spread } from '../statistics.ts';

export const description =
  'a replica of the control plane is killed and all its sockets reconnect to the other at once: how long it takes, and what it does to its event loop';

export const needs = 'services';

export const options = {
  sockets: { type: 'string', default: '1000', description: 'N: participants connected to it' },
  meetings: { type: 'string', default: '20', description: 'N: meetings they are in' },
  runs: { type: 'string', default: '3', description: 'N: kills, each replica in turn' },
} as const;

export interface ReconnectResult {
  sockets: number;
  meetings: number;
  runs: number;
  /** From the kill until the last one was back; the goal is 15 s. */
  allBackMs: Spread;
  /** From the kill until a socket was back, ms. */
  backMs: { p50: Spread; p95: Spread };
  /** Of the surviving replica, from the kill until all were back, ms; the goal is 200. */
  eventLoopDelayP99Ms: Spread;
  /** The same of this process, which plays all clients and the load balancer: what it is late, everything seems to be. */
  clientsEventLoopDelayP99Ms: Spread;
  notBack: number;
  rejoined: number;
  /** Events left out, told twice or out of order, over all guests. */
  breaks: number;
}

const patienceMs = 60_000;
/** All these sockets come from one address, which may open 1,500 in 15 s; so few never come near that. */
const addressWindowMs = 16_000;
const fewSockets = 100;

export async function run(values: OptionValues): Promise<ReconnectResult> {
  const sockets = wholeNumber(values, 'sockets', 1, 10_000) ?? 1_000;
  const meetings = wholeNumber(values, 'meetings', 1, 1_000) ?? 20;
  const runs = wholeNumber(values, 'runs', 1, 100) ?? 3;
  await using house = await House.open(meetings);
  const [first] = house.mesh.replicas;
  if (first === undefined) throw new Error('there is no replica');
  await house.fill(first, sockets);
  const rounds: Round[] = [];
  for (let number = 0; number < runs; number++) {
    if (sockets > fewSockets) await delay(addressWindowMs);
    const round = await killOnce(house, number);
    rounds.push(round);
    console.error(
      `run ${number + 1} of ${runs}: ${round.backMs.length} back after ${Math.max(...round.backMs).toFixed(0)} ms, event loop p99 ${round.delayMs.toFixed(0)} ms`,
    );
  }
  const over = (read: (round: Round) => number) => spread(rounds.map(read));
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return {
    sockets,
    meetings,
    runs,
    allBackMs: over(({ backMs }) => Math.max(...backMs)),
    backMs: { p50: over(({ backMs }) => percentile(backMs, 50)), p95: over(({ backMs }) => percentile(backMs, 95)) },
    eventLoopDelayP99Ms: over(({ delayMs }) => delayMs),
    clientsEventLoopDelayP99Ms: over(({ clientsDelayMs }) => clientsDelayMs),
    notBack: sum(rounds.map(({ backMs }) => sockets - backMs.length)),
    rejoined: sum(house.guests.map(({ told }) => told.filter(({ how }) => how === 'joined').length - 1)),
    breaks: sum(house.guests.map(({ told }) => breaksIn(told).length)),
  };
}

interface Round {
  backMs: number[];
  delayMs: number;
  clientsDelayMs: number;
}

async function killOnce(house: House, number: number): Promise<Round> {
  const { replicas } = house.mesh;
  const [doomed, other] = [replicas[number % 2], replicas[(number + 1) % 2]] as [Replica, Replica];
  await eventLoopDelayP99Ms(other);
  using own = monitorEventLoopDelay({ resolution: 10 });
  own.enable();
  const killedAt = performance.now();
  house.balancer.preferred = other;
  doomed.kill('SIGKILL');
  const backMs = await untilBack(house.guests, killedAt, patienceMs);
  const delayMs = await eventLoopDelayP99Ms(other);
  await doomed.restart();
  await house.mesh.ready();
  return { backMs, delayMs, clientsDelayMs: own.percentile(99) / 1e6 };
}

export function summary(result: ReconnectResult): string {
  const show = ({ median, least, most }: Spread) => `${median} (${least} to ${most})`;
  return [
    `${result.sockets} sockets in ${result.meetings} meetings, ${result.runs} kills: all back after ${show(result.allBackMs)} ms, half of them after ${show(result.backMs.p50)}; ${result.notBack} not back, ${result.rejoined} joined anew`,
    `event-loop delay p99 of the other replica ${show(result.eventLoopDelayP99Ms)} ms, of the clients' process ${show(result.clientsEventLoopDelayP99Ms)} ms`,
    `${result.breaks} events out of order`,
  ].join('\n');
}
