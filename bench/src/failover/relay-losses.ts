import { freePorts, startServices } from '@canopy/local-mesh';
import type { BackupPolicy } from '@canopy/proto/routing';
import { EdgeProcess } from './edge-process.ts';
import { type FaultKind, possibleFaults } from './faults.ts';
import { countWithoutMedia, type Gaps, gaps, type Percentiles, percentiles } from './gaps.ts';
import { PublisherProcess } from './publisher-process.ts';
import { playRounds, type Round, type Stage } from './stage.ts';

export interface KindResult {
  count: number;
  /** Of every viewer in every round who got media again; it comes every 33 ms while nothing is wrong. */
  gapMs: Gaps;
  /** Of every viewer: frames that it got nothing of, by their numbers. */
  framesMissed: Percentiles;
  /** Of every listener who got sound again; it comes every 33 ms, like pictures. */
  audioGapMs: Gaps;
  /** Viewers who got none in the two seconds after the loss, over all rounds. */
  withoutMedia: number;
  /** Of the viewer who had the longest, per round; rounds in which somebody got none any more are left out. */
  worstViewerGapMs: Gaps;
  /** Rounds in which the leaf fell back on its backup parent. */
  switched: number;
  keyFrameRequests: {
    /** The most for one stream within 500 ms, from the first viewer on. */
    within500Ms: number;
    /** For all three streams, in the two seconds after the loss. */
    perRound: number;
  };
}

export interface RelayLosses {
  /** By SIGKILL, the Node process or the worker. */
  relayKilled: KindResult;
  byKind: Record<FaultKind, KindResult>;
  /** Streams that viewers got but were not told of, over all rounds. */
  strangers: number;
  /** In each round. */
  viewers: number;
}

export interface RelayLossesSize {
  /** Relays killed with SIGKILL, half the Node process, half the worker. */
  kills: number;
  /** Relays lost in each other way. */
  others: number;
  viewers: number;
  /** Meetings side by side. */
  atOnce: number;
  /** The relays are those of a region's gateway, and the viewers on another edge of the region. */
  aboveGateway: boolean;
  /** Whether second ways flow all the time. */
  backup: BackupPolicy;
}

const spareLinkPort = 20_000;

export async function loseRelays(size: RelayLossesSize): Promise<RelayLosses> {
  const { kills, others, viewers, atOnce, aboveGateway, backup } = size;
  const onlyNats = { DATABASE_URL: 'unused', REDIS_URL: 'unused', NATS_URL: process.env.NATS_URL };
  await using services = await startServices({ env: onlyNats });
  const { natsUrl } = services;
  await using started = new AsyncDisposableStack();
  const [originPort = 0, leafPort = 0, sparePort = 0] = await freePorts(3);
  const origin = started.use(await EdgeProcess.serving({ id: 'origin', natsUrl, grpcPort: originPort }));
  const leaf = started.use(await EdgeProcess.serving({ id: 'leaf', natsUrl, grpcPort: leafPort }));
  const spare = started.use(await EdgeProcess.relay({ id: 'spare', natsUrl, grpcPort: sparePort }, spareLinkPort));
  const region = aboveGateway ? await startRegion(natsUrl, started) : undefined;
  const publishers = started.use(new PublisherProcess(origin.address.linkAddress));
  const stage = { origin, publishers, spare, leaf, natsUrl, viewers, backup, ...(region && { region }) };
  const turns = schedule(kills, others);
  const rounds: Round[] = [];
  for (let first = 0; first < turns.length; first += atOnce) {
    const played = await playRounds(stage, turns.slice(first, first + atOnce), first);
    rounds.push(...played);
    const told = played.map(({ kind, gapsMs }) => `${kind} ${Math.max(...gapsMs).toFixed(0)} ms`);
    console.error(`relays ${rounds.length} of ${turns.length}, longest gaps: ${told.join(', ')}`);
  }
  return judge(rounds, viewers);
}

async function startRegion(natsUrl: string, started: AsyncDisposableStack): Promise<NonNullable<Stage['region']>> {
  const [gatewayPort = 0, standbyPort = 0] = await freePorts(2);
  const gateway = started.use(await EdgeProcess.serving({ id: 'gateway', natsUrl, grpcPort: gatewayPort }));
  const standby = started.use(await EdgeProcess.serving({ id: 'standby', natsUrl, grpcPort: standbyPort }));
  return { gateway, standby };
}

/** The kinds in turn, so that a machine that grows slower slows all of them. */
function schedule(kills: number, others: number): FaultKind[] {
  const left = new Map<FaultKind, number>(possibleFaults.map((kind) => [kind, others]));
  left.set('nodeKilled', Math.ceil(kills / 2));
  left.set('workerKilled', Math.floor(kills / 2));
  const turns: FaultKind[] = [];
  for (let turn = 0; turn < Math.max(kills, others); turn++) {
    for (const kind of possibleFaults) if (turn < (left.get(kind) ?? 0)) turns.push(kind);
  }
  return turns;
}

function judge(rounds: readonly Round[], viewers: number): RelayLosses {
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
  };
}

function judgeKind(rounds: readonly Round[]): KindResult {
  const gapsMs = rounds.flatMap((round) => round.gapsMs);
  const requests = rounds.map(({ keyFrameRequests }) => keyFrameRequests);
  return {
    count: rounds.length,
    gapMs: gaps(gapsMs),
    framesMissed: percentiles(rounds.flatMap((round) => round.framesMissed)),
    audioGapMs: gaps(rounds.flatMap((round) => round.audioGapsMs)),
    withoutMedia: countWithoutMedia(gapsMs),
    worstViewerGapMs: gaps(rounds.map(({ gapsMs }) => Math.max(...gapsMs))),
    switched: rounds.filter(({ switched }) => switched).length,
    keyFrameRequests: {
      within500Ms: Math.max(0, ...requests.map(({ within500Ms }) => within500Ms)),
      perRound: rounds.length === 0 ? 0 : requests.reduce((sum, { total }) => sum + total, 0) / rounds.length,
    },
  };
}
