import { setTimeout as delay } from 'node:timers/promises';
import { FakeViewer } from '@canopy/edge-node/testing';
import { freePorts } from '@canopy/local-mesh';
import { TrackKind } from '@canopy/proto/media';
import { BackupPolicy, type EdgeAddress } from '@canopy/proto/routing';
import { frameNumberOf } from '../../../edge-node/src/testing/rtp.ts';
import { mostSurelyWithin } from '../grow/key-frame-requests.ts';
import { Arrivals } from './arrivals.ts';
import { EdgeProcess, linkPortRange } from './edge-process.ts';
import { type FaultKind, inflict, type Victim } from './faults.ts';
import { untilFlowing } from './flowing.ts';
import type { KeyFrameRequest, PublisherProcess } from './publisher-process.ts';

export interface Stage {
  origin: EdgeProcess;
  publishers: PublisherProcess;
  /** The backup parent of the leaf, or of its region's standby. */
  spare: EdgeProcess;
  leaf: EdgeProcess;
  /** Where the leaf's region has them, the leaf has its first copy from the gateway, which has it from the relay, and its second from the standby. */
  region?: { gateway: EdgeProcess; standby: EdgeProcess };
  natsUrl: string;
  /** In each meeting. */
  viewers: number;
  /** Whether second ways flow all the time. */
  backup: BackupPolicy;
}

export interface Round {
  kind: FaultKind;
  /** Of each viewer, ms. */
  gapsMs: number[];
  /** Of each viewer: frames that none of its packets belonged to. */
  framesMissed: number[];
  /** Of each listener, ms. */
  audioGapsMs: number[];
  /** Most requests for a keyframe of one stream that were surely within 500 ms, and all in the seconds after the fault. */
  keyFrameRequests: { within500Ms: number; total: number };
  /** Streams that a viewer got but was not told of. */
  strangers: number;
  /** The leaf fell back on its backup parent. */
  switched: boolean;
}

const trackId = 'camera';
/** One in so many of those who watch listens as well: their packets are small, but come more often. */
const listenersShare = 4;
/** Until consumers have moved to the layers they should have, for which mediasoup needs three sender reports. */
const settleMs = 6_000;
/** Until second ways that may be held back are: they flow for eight seconds first. */
const holdBackMs = 12_000;
const watchMs = 2_000;
const windowMs = 500;
/** Timers of the worker and arrivals at the publisher are told in whole ms. */
const timingErrorMs = 5;
const firstLinkPort = 20_100;
const linkPorts = { perRelay: 20, relays: 200 };

/** Meetings side by side, each over a relay that is made for it. When all have settled, they lose their relays one after the other. */
export async function playRounds(stage: Stage, kinds: readonly FaultKind[], firstNumber: number): Promise<Round[]> {
  await using owned = new AsyncDisposableStack();
  const loseRelays = await Promise.all(kinds.map((kind, at) => prepare(stage, firstNumber + at, kind, owned)));
  await delay(stage.backup === BackupPolicy.COLD ? holdBackMs : settleMs);
  const rounds: Round[] = [];
  for (const loseRelay of loseRelays) rounds.push(await loseRelay());
  return rounds;
}

/** Returns what makes the meeting lose its relay. */
async function prepare(
  { origin, publishers, spare, leaf, region, natsUrl, viewers, backup }: Stage,
  number: number,
  kind: FaultKind,
  owned: AsyncDisposableStack,
): Promise<() => Promise<Round>> {
  const meetingId = `round-${number}`;
  const { relay, linkPort } = await makeRelay(meetingId, number, natsUrl, owned);
  await route(meetingId, relay, origin.address);
  await route(meetingId, spare, origin.address);
  if (region === undefined) await route(meetingId, leaf, relay.address, { parent: spare.address, backup });
  else {
    const { gateway, standby } = region;
    await route(meetingId, gateway, relay.address, { parent: standby.address, backup, chained: true });
    await route(meetingId, standby, gateway.address, { parent: spare.address, backup });
    await route(meetingId, leaf, gateway.address, { parent: standby.address, backup, chained: true });
  }
  await publishers.publish(meetingId);
  const audience = await Promise.all(
    Array.from({ length: viewers }, (_, at) => attend(leaf, meetingId, `v${at}`, TrackKind.VIDEO, owned)),
  );
  const listeners = await Promise.all(
    Array.from({ length: Math.ceil(viewers / listenersShare) }, (_, at) =>
      attend(leaf, meetingId, `l${at}`, TrackKind.AUDIO, owned),
    ),
  );
  return async () => {
    await untilFlowing([...audience, ...listeners]);
    const faultAt = performance.now();
    owned.defer(inflict(kind, victimOf(relay, linkPort)));
    await delay(watchMs);
    const { edgeIds } = await leaf.client.tracePath({ meetingId, trackId });
    const requests = await publishers.end(meetingId);
    return {
      kind,
      gapsMs: audience.map((arrivals) => arrivals.gapMs(faultAt, faultAt + watchMs)),
      framesMissed: audience.map((arrivals) => arrivals.framesMissed(faultAt, faultAt + watchMs)),
      audioGapsMs: listeners.map((arrivals) => arrivals.gapMs(faultAt, faultAt + watchMs)),
      keyFrameRequests: requestsAfter(requests, performance.timeOrigin + faultAt),
      strangers: audience.reduce((sum, { strangers }) => sum + strangers.size, 0),
      switched: edgeIds.includes(spare.id),
    };
  };
}

/** A relay for one meeting, of which one side is to be lost. Its number chooses the ports of its pipes. */
export async function makeRelay(
  meetingId: string,
  number: number,
  natsUrl: string,
  owned: AsyncDisposableStack,
): Promise<{ relay: EdgeProcess; linkPort: number }> {
  const linkPort = firstLinkPort + (number % linkPorts.relays) * linkPorts.perRelay;
  const [grpcPort = 0] = await freePorts(1);
  const relay = await EdgeProcess.relay({ id: `relay-of-${meetingId}`, natsUrl, grpcPort }, linkPort);
  return { relay: owned.use(relay), linkPort };
}

export function victimOf({ pid, workerPid, grpcPort }: EdgeProcess, linkPort: number): Victim {
  const packets = ['sport', 'dport'].flatMap((side) => [
    `udp ${side} ${linkPortRange(linkPort)}`,
    `tcp ${side} ${grpcPort}`,
  ]);
  return { pid, workerPid, packets };
}

/** A second way, and what is asked of it. */
export interface SecondWay {
  parent: EdgeAddress;
  backup: BackupPolicy;
  /** The backup parent is to pass on its own second way. */
  chained?: boolean;
}

/** Gives an edge its parents for tracks of the origin. */
export async function route(
  meetingId: string,
  edge: EdgeProcess,
  parent: EdgeAddress,
  second?: SecondWay,
): Promise<void> {
  const { backup = BackupPolicy.WARM } = second ?? {};
  const ways = second && { backupParent: second.parent, backupChained: second.chained ?? false };
  const routes = [{ originEdgeId: 'origin', parent, ...ways }];
  await edge.client.setRoutes({ table: { meetingId, epoch: 1, edgeId: edge.id, routes, backup } });
}

async function attend(
  leaf: EdgeProcess,
  meetingId: string,
  participantId: string,
  kind: TrackKind,
  owned: AsyncDisposableStack,
): Promise<Arrivals> {
  const ids = { client: leaf.client, meetingId, participantId };
  const viewer = await FakeViewer.start({ ...ids, acceptsBackupConsumers: true });
  owned.use(viewer);
  owned.defer(() => viewer.leave());
  const { added } = await viewer.watch('origin', [kind === TrackKind.VIDEO ? trackId : 'microphone'], kind);
  const ssrcs = added.flatMap(({ rtpParameters }) => rtpParameters?.encodings[0]?.ssrc ?? []);
  if (ssrcs.length === 0) throw new Error('the leaf made no consumer');
  const arrivals = new Arrivals(ssrcs);
  viewer.onRtp((of, packet) => arrivals.note(of, frameNumberOf(packet), performance.now()));
  return arrivals;
}

/** Requests of the seconds before count where the law is asked for: a window may begin there. */
function requestsAfter(requests: readonly KeyFrameRequest[], since: number): Round['keyFrameRequests'] {
  const perStream = Map.groupBy(requests, ({ ssrc }) => ssrc).values();
  const most = [...perStream].map((log) => mostSurelyWithin(log, windowMs - timingErrorMs));
  return { within500Ms: Math.max(0, ...most), total: requests.filter(({ latest }) => latest >= since).length };
}
