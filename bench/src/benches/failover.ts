import { createServer } from 'node:net';
import { startServices } from '@canopy/local-mesh';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { EdgeProcess } from '../failover/edge-process.ts';
import { type FaultKind, faultKinds } from '../failover/faults.ts';
import { playRound, type Round, type Stage } from '../failover/stage.ts';
import { percentile } from '../statistics.ts';

export const description = 'a relay is lost in five ways while viewers watch over it: how long their media stops';

export const options = {
  kills: {
    type: 'string',
    default: '30',
    description: 'N: relays killed with SIGKILL, half the Node process, half the worker',
  },
  others: { type: 'string', default: '8', description: 'N: relays lost in each other way' },
  viewers: { type: 'string', default: '40', description: 'N: viewers on the leaf' },
} as const;

interface Gaps {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

interface KindResult {
  count: number;
  /** Of every viewer in every round; media comes every 33 ms while nothing is wrong. */
  gapMs: Gaps;
  /** Of the viewer who had the longest, per round. */
  worstViewerGapMs: Gaps;
  /** Rounds in which the leaf fell back on its backup parent. */
  switched: number;
  keyFrameRequests: { within500Ms: number; perRound: number };
}

export interface FailoverResult {
  /** By SIGKILL, the Node process or the worker. */
  relayKilled: KindResult;
  byKind: Record<FaultKind, KindResult>;
  /** Streams that viewers got but were not told of, over all rounds. */
  strangers: number;
  viewers: number;
  edgeKilled: null;
  drained: { framesLost: null };
  notes: string[];
}

const firstLinkPort = 20_000;

export async function run(values: OptionValues): Promise<FailoverResult> {
  const kills = wholeNumber(values, 'kills', 2, 1_000) ?? 30;
  const others = wholeNumber(values, 'others', 0, 1_000) ?? 8;
  const viewers = wholeNumber(values, 'viewers', 1, 1_000) ?? 40;
  const onlyNats = { DATABASE_URL: 'unused', REDIS_URL: 'unused', NATS_URL: process.env.NATS_URL };
  await using services = await startServices({ env: onlyNats });
  const { natsUrl } = services;
  await using started = new AsyncDisposableStack();
  const serve = async (id: string) => {
    return started.use(await EdgeProcess.serving({ id, natsUrl, grpcPort: await freePort() }));
  };
  const [origin, leaf] = [await serve('origin'), await serve('leaf')];
  const spare = started.use(
    await EdgeProcess.relay({ id: 'spare', natsUrl, grpcPort: await freePort() }, firstLinkPort),
  );
  const rounds = await play({ origin, leaf, spare, natsUrl, viewers }, schedule(kills, others));
  return judge(rounds, viewers);
}

/** The kinds in turn, so that a machine that grows slower slows all of them. */
function schedule(kills: number, others: number): FaultKind[] {
  const left = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, others]));
  left.set('nodeKilled', Math.ceil(kills / 2));
  left.set('workerKilled', Math.floor(kills / 2));
  const turns: FaultKind[] = [];
  for (let turn = 0; turn < Math.max(kills, others); turn++) {
    for (const kind of faultKinds) if (turn < (left.get(kind) ?? 0)) turns.push(kind);
  }
  return turns;
}

async function play(stage: Stage, kinds: readonly FaultKind[]): Promise<Round[]> {
  const rounds: Round[] = [];
  for (const [index, kind] of kinds.entries()) {
    const ports = { grpc: await freePort(), link: firstLinkPort + 100 + (index % 200) * 20 };
    const round = await playRound(stage, index, kind, ports);
    rounds.push(round);
    console.error(`${index + 1} of ${kinds.length}: ${kind}, longest gap ${Math.max(...round.gapsMs).toFixed(0)} ms`);
  }
  return rounds;
}

function judge(rounds: readonly Round[], viewers: number): FailoverResult {
  const of = (kind: FaultKind) => judgeKind(rounds.filter((round) => round.kind === kind));
  return {
    relayKilled: judgeKind(rounds.filter(({ kind }) => kind === 'nodeKilled' || kind === 'workerKilled')),
    byKind: {
      nodeKilled: of('nodeKilled'),
      workerKilled: of('workerKilled'),
      packetsDropped: of('packetsDropped'),
      nodeStopped: of('nodeStopped'),
      workerStopped: of('workerStopped'),
    },
    strangers: rounds.reduce((sum, { strangers }) => sum + strangers, 0),
    viewers,
    edgeKilled: null,
    drained: { framesLost: null },
    notes: [
      'One machine, no added delay: an RTT to the publisher adds itself to every gap in which a keyframe is needed.',
      'The gap includes the 33 ms between frames; measured by arrival at synthetic viewers, all loss kinds in turn.',
      'edgeKilled and drained need the control plane and clients that move: not measured here.',
    ],
  };
}

function judgeKind(rounds: readonly Round[]): KindResult {
  const requests = rounds.map(({ keyFrameRequests }) => keyFrameRequests);
  return {
    count: rounds.length,
    gapMs: gaps(rounds.flatMap(({ gapsMs }) => gapsMs)),
    worstViewerGapMs: gaps(rounds.map(({ gapsMs }) => Math.max(...gapsMs))),
    switched: rounds.filter(({ switched }) => switched).length,
    keyFrameRequests: {
      within500Ms: Math.max(0, ...requests.map(({ within500Ms }) => within500Ms)),
      perRound: rounds.length === 0 ? 0 : requests.reduce((sum, { total }) => sum + total, 0) / rounds.length,
    },
  };
}

function gaps(values: readonly number[]): Gaps {
  const at = (percent: number) => Math.round(percentile(values, percent) * 10) / 10;
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

export function summary({ relayKilled, byKind }: FailoverResult): string {
  const line = (name: string, { count, gapMs, switched }: KindResult) =>
    `${name.padEnd(16)} ${count} times: gap p50 ${gapMs.p50}, p95 ${gapMs.p95}, p99 ${gapMs.p99}, max ${gapMs.max} ms; ${switched} fell back`;
  return [line('relay killed', relayKilled), ...faultKinds.map((kind) => line(kind, byKind[kind]))].join('\n');
}
