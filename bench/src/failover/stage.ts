import { setTimeout as delay } from 'node:timers/promises';
import { FakePublisher, FakeViewer } from '@canopy/edge-node/testing';
import { BackupPolicy, type EdgeAddress } from '@canopy/proto/routing';
import { Arrivals } from './arrivals.ts';
import { EdgeProcess } from './edge-process.ts';
import { type FaultKind, inflict } from './faults.ts';

export interface Stage {
  origin: EdgeProcess;
  /** The backup parent of the leaf. */
  spare: EdgeProcess;
  leaf: EdgeProcess;
  natsUrl: string;
  viewers: number;
}

export interface Round {
  kind: FaultKind;
  /** Of each viewer, ms. */
  gapsMs: number[];
  /** Most requests for a keyframe of one stream within 500 ms, and all in the seconds after the fault. */
  keyFrameRequests: { within500Ms: number; total: number };
  /** Streams that a viewer got but was not told of. */
  strangers: number;
  /** The leaf fell back on its backup parent. */
  switched: boolean;
}

const trackId = 'camera';
/** Until every hop has passed on its sender reports, a second and a half apart at most: without them nobody changes layers. */
const settleMs = 6_000;
const watchMs = 2_500;

/** One meeting over a relay that is made for it, and to which something happens. */
export async function playRound(stage: Stage, number: number, kind: FaultKind, ports: Ports): Promise<Round> {
  const { origin, spare, leaf, natsUrl } = stage;
  const meetingId = `round-${number}`;
  await using relay = await EdgeProcess.relay({ id: `relay-${number}`, natsUrl, grpcPort: ports.grpc }, ports.link);
  await route(meetingId, relay, origin.address);
  await route(meetingId, spare, origin.address);
  await route(meetingId, leaf, relay.address, spare.address);
  await using publisher = await FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId });
  await using owned = new AsyncDisposableStack();
  owned.defer(async () => void (await origin.client.closeSession({ meetingId, participantId: 'p' })));
  const audience = await Promise.all(
    Array.from({ length: stage.viewers }, (_, at) => watch(leaf, meetingId, at, owned)),
  );
  await delay(settleMs);
  const faultAt = performance.now();
  owned.defer(inflict(kind, relay, ports.link));
  await delay(watchMs);
  const { edgeIds } = await leaf.client.tracePath({ meetingId, trackId });
  return {
    kind,
    gapsMs: audience.map((arrivals) => arrivals.gapMs(faultAt, faultAt + watchMs)),
    keyFrameRequests: requestsAfter(publisher, faultAt),
    strangers: audience.reduce((sum, { strangers }) => sum + strangers.size, 0),
    switched: edgeIds.includes(spare.id),
  };
}

export interface Ports {
  grpc: number;
  link: number;
}

async function route(
  meetingId: string,
  edge: EdgeProcess,
  parent: EdgeAddress,
  backupParent?: EdgeAddress,
): Promise<void> {
  const routes = [{ originEdgeId: 'origin', parent, ...(backupParent && { backupParent }) }];
  const table = { meetingId, epoch: 1, edgeId: edge.id, routes, backup: BackupPolicy.WARM };
  await edge.client.setRoutes({ table });
}

async function watch(
  leaf: EdgeProcess,
  meetingId: string,
  number: number,
  owned: AsyncDisposableStack,
): Promise<Arrivals> {
  const viewer = await FakeViewer.start({ client: leaf.client, meetingId, participantId: `v${number}` });
  owned.use(viewer);
  owned.defer(() => viewer.leave());
  const { added } = await viewer.watch('origin', [trackId]);
  const ssrc = added[0]?.rtpParameters?.encodings[0]?.ssrc;
  if (ssrc === undefined) throw new Error('the leaf made no consumer');
  const arrivals = new Arrivals(ssrc);
  viewer.onRtp((of) => arrivals.note(of, performance.now()));
  return arrivals;
}

function requestsAfter({ keyFrameRequestLog }: FakePublisher, since: number): Round['keyFrameRequests'] {
  const after = keyFrameRequestLog.filter(({ at }) => at >= since);
  const within500Ms = after.map(
    (first) => after.filter(({ ssrc, at }) => ssrc === first.ssrc && at >= first.at && at < first.at + 500).length,
  );
  return { within500Ms: Math.max(0, ...within500Ms), total: after.length };
}
