import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Api, type MeshEdge } from '@canopy/client';
import { type Mesh, startMesh } from '@canopy/local-mesh';
import { Attendance } from '@canopy/local-mesh/testing/attendance';
import { launchChromium } from '@canopy/local-mesh/testing/chromium';
import { workersOf } from '@canopy/local-mesh/testing/workers';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { percentile, type Spread, spread } from '../statistics.ts';

export const description =
  'the mediasoup worker under two browsers is killed: how long until they see each other again, and until it is replaced';

export const needs = 'browser';

export const options = {
  kills: { type: 'string', default: '10', description: 'N: workers killed, one after the other' },
} as const;

export interface WorkerLossResult {
  kills: number;
  /** From the kill to the first frame that was decoded of the other's new stream, of both people at every kill, ms; the goal is 1,000. */
  seenAgainMs: { p50: number; p95: number; max: number };
  /** From the kill until a new worker was ready under the same index, ms; the goal is 2,000. */
  replacedMs: Spread;
  /** People who had another participant id afterwards: they would have joined anew. */
  strangers: number;
}

type Edge = Mesh['edges'][number];

const lookEveryMs = 50;
const patienceMs = 15_000;

export async function run(values: OptionValues): Promise<WorkerLossResult> {
  const kills = wholeNumber(values, 'kills', 1, 1_000) ?? 10;
  await using mesh = await startMesh({
    regions: ['eu-central-1'],
    workers: 2,
    report: (text) => console.error(text),
  });
  await using browser = await launchChromium();
  const [edge] = mesh.edges;
  if (edge === undefined) throw new Error('there is no edge');
  const api = new Api({ url: mesh.url });
  const { id } = await api.createMeeting({});
  const small = { smallCamera: true };
  const people = [
    await Attendance.join(browser, mesh.url, id, 'Mara', 'eu-central-1', small),
    await Attendance.join(browser, mesh.url, id, 'Noah', 'eu-central-1', small),
  ];
  await Promise.all(people.map((person) => person.receives('video', 1)));
  const ids = async () => (await Promise.all(people.map((person) => person.self()))).map((self) => self.participantId);
  const before = await ids();
  const rounds: Round[] = [];
  for (let number = 1; number <= kills; number++) {
    const round = await killOnce(api, edge, people);
    rounds.push(round);
    console.error(`kill ${number} of ${kills}: seen again after ${Math.max(...round.seenAgainMs).toFixed(0)} ms`);
  }
  const after = await ids();
  const seenAgainMs = rounds.flatMap((round) => round.seenAgainMs);
  const at = (percent: number) => Math.round(percentile(seenAgainMs, percent));
  return {
    kills,
    seenAgainMs: { p50: at(50), p95: at(95), max: at(100) },
    replacedMs: spread(rounds.map(({ replacedMs }) => replacedMs)),
    strangers: after.filter((participantId) => !before.includes(participantId)).length,
  };
}

interface Round {
  seenAgainMs: number[];
  replacedMs: number;
}

async function killOnce(api: Api, edge: Edge, people: readonly Attendance[]): Promise<Round> {
  const { edges: before } = await api.getMesh();
  const worker = await until(() => busyWorker(api, before));
  const struck = workersOf(edge).get(worker);
  if (struck === undefined) throw new Error(`the log does not tell of worker ${worker}`);
  const old = await Promise.all(
    people.map(async (person) => new Set((await person.receptions()).map(({ ssrc }) => ssrc))),
  );
  const [killedAtMs, killedAt] = [performance.now(), Date.now()];
  process.kill(struck.pid, 'SIGKILL');
  const seenAgainMs = await Promise.all(
    people.map((person, index) =>
      until(async () => {
        const anew = (await person.receptions()).some(
          ({ kind, ssrc, framesDecoded }) => kind === 'video' && framesDecoded > 0 && old[index]?.has(ssrc) === false,
        );
        return anew ? performance.now() - killedAtMs : undefined;
      }),
    ),
  );
  const replaced = await until(async () => {
    const present = workersOf(edge).get(worker);
    return present?.pid === struck.pid ? undefined : present;
  });
  return { seenAgainMs, replacedMs: replaced.startedAt - killedAt };
}

/** The index of the only worker that serves somebody, when a heartbeat that came after those before tells that there is only one. */
async function busyWorker(api: Api, before: readonly MeshEdge[]): Promise<number | undefined> {
  const { edges } = await api.getMesh();
  if (isDeepStrictEqual(edges, before)) return undefined;
  const [edge] = edges;
  const busy = (edge?.workers ?? []).filter(({ transports }) => transports > 0);
  return edge?.workers.length === 2 && busy.length === 1 ? busy[0]?.index : undefined;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endsAt) throw new Error(`not after ${patienceMs} ms`);
    await delay(lookEveryMs);
  }
}

export function summary({ kills, seenAgainMs, replacedMs, strangers }: WorkerLossResult): string {
  return [
    `${kills} workers killed under two browsers: seen again after p50 ${seenAgainMs.p50}, p95 ${seenAgainMs.p95}, max ${seenAgainMs.max} ms; ${strangers} strangers`,
    `replaced after ${replacedMs.median} ms (${replacedMs.least} to ${replacedMs.most})`,
  ].join('\n');
}
