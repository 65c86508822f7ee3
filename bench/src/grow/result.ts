import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import type { run as simulate } from '../benches/simulate.ts';
import type { MeshCpu } from '../mesh-cpu.ts';
import { countsOf, percentile } from '../statistics.ts';
import type { Audience } from './audience.ts';
import { mostSurelyWithin } from './key-frame-requests.ts';
import type { MeshWatch } from './mesh-watch.ts';
import type { Publisher } from './publisher.ts';
import type { FirstMedia } from './reception.ts';

const deepest = 3;
const keyFrameWindowMs = 500;
/** Load by which replicas that give away the last places of an edge at the same moment may overfill it: a viewer or two. */
const lastPlaces = 0.005;
/** Two requests sent 500 ms apart may arrive this much closer. */
const transitJitterMs = 20;

/** What was measured while the webinar grew and shrank. */
export interface Growth {
  wanted: number;
  audience: Audience;
  watch: MeshWatch;
  publisher: Publisher;
  /** Edges that the tracks cross to each connected viewer. */
  paths: readonly (readonly string[])[];
  media: readonly (FirstMedia | Error)[];
  lost: Readonly<Record<string, number>>;
  /** Viewers who, a while after the last one came, were told another number of attendees than there were. */
  miscounting: number;
  growthMs: number;
  cpu: { before: MeshCpu; growth: MeshCpu; full: MeshCpu; loadGeneratorMs: number };
  shrinkMs: number;
  unconfirmedLeaves: Readonly<Record<string, number>>;
  /** From the last leave to the last link gone; undefined: some were left. */
  linksReleasedAfterMs: number | undefined;
  linksLeft: number;
}

/** The figures, and which of the cascade's promises this run kept. */
export function resultOf(growth: Growth) {
  const measured = measuredIn(growth);
  return { ...measured, holds: promises(measured) };
}

function measuredIn(growth: Growth) {
  const { audience, watch, publisher, paths } = growth;
  const { viewers } = audience;
  const highestLoads: Record<string, number> = Object.fromEntries(watch.highestLoads());
  const requests = [...publisher.keyFrameRequests.values()];
  return {
    viewers: {
      wanted: growth.wanted,
      joined: viewers.length,
      connected: viewers.filter(({ media }) => media !== undefined).length,
      refused: audience.refused,
      lost: growth.lost,
      withoutAllTracks: viewers.filter(({ consumers }) => consumers < publisher.trackIds.length).length,
      miscounting: growth.miscounting,
      unconfirmedLeaves: growth.unconfirmedLeaves,
    },
    consumers: viewers.reduce((sum, { consumers }) => sum + consumers, 0),
    growth: {
      ms: Math.round(growth.growthMs),
      joinsPerSecond: rounded((viewers.length / growth.growthMs) * 1_000),
      highestJoinsPerSecond: rounded(audience.highestRate),
      shrinkMs: Math.round(growth.shrinkMs),
    },
    joinMs: spread(viewers.map(({ joinMs }) => joinMs)),
    ...firstMedia(growth.media),
    signalingBytesPerViewer: Math.round(
      viewers.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0) / Math.max(1, viewers.length),
    ),
    placements: countsOf(viewers.map(({ edgeId }) => edgeId)),
    mesh: {
      looks: watch.looks,
      failedLooks: watch.unanswered,
      mostLinks: watch.most(({ links }) => links),
      copiesPerLinkAndTrack: watch.most(({ copiesPerLinkAndTrack }) => copiesPerLinkAndTrack),
      parentsPerTrack: watch.most(({ parentsPerTrack }) => parentsPerTrack),
      depth: watch.most(({ depth }) => depth),
      tracedDepth: Math.max(0, ...paths.map((path) => path.length - 1)),
      epochs: watch.epochs(),
      overloadThreshold: defaultPlacementPolicy.overloadThreshold,
      highestLoads,
      linksReleasedAfterMs: growth.linksReleasedAfterMs ?? null,
      linksLeft: growth.linksLeft,
    },
    keyFrameRequests: {
      total: requests.reduce((sum, times) => sum + times.length, 0),
      mostPerStreamIn500Ms: Math.max(
        0,
        ...requests.map((seen) => mostSurelyWithin(seen, keyFrameWindowMs - transitJitterMs)),
      ),
    },
    cpu: cpuOf(growth),
  };
}

type Measured = ReturnType<typeof measuredIn>;

/** What the cascade promises, each true where this run kept it. */
function promises({ viewers, mesh, keyFrameRequests, firstFrameMs }: Measured) {
  return {
    everybodyJoined: viewers.joined === viewers.wanted,
    everybodyGotEveryTrack: viewers.withoutAllTracks === 0,
    everybodyKnowsHowManyAttend: viewers.miscounting === 0,
    nobodyLost: Object.keys(viewers.lost).length === 0,
    everyConnectedViewerSawAFrame: firstFrameMs.missing === 0,
    oneCopyPerLinkAndTrack: mesh.copiesPerLinkAndTrack <= 1,
    depthAtMost3: mesh.tracedDepth <= deepest,
    noEdgeAboveItsThreshold: Object.values(mesh.highestLoads).every(
      (load) => load <= mesh.overloadThreshold + lastPlaces,
    ),
    atMostOneKeyFrameRequestPer500Ms: keyFrameRequests.mostPerStreamIn500Ms <= 1,
    linksReleased: mesh.linksLeft === 0,
  };
}

/** The same of the simulated webinar, where one copy crosses a link by construction. */
export function promisesOf({ joined, refused, overloads, plans }: Awaited<ReturnType<typeof simulate>>) {
  return {
    simulatedEverybodyJoined: joined > 0 && refused === 0,
    simulatedDepthAtMost3: plans.deepest <= deepest && plans.unreached === 0,
    simulatedNoEdgeAboveItsThreshold: overloads.highestLoad <= defaultPlacementPolicy.overloadThreshold,
  };
}

function firstMedia(media: readonly (FirstMedia | Error)[]) {
  const came = media.flatMap((one) => (one instanceof Error ? [] : [one]));
  const missing = media.length - came.length;
  return {
    connectedMs: spread(came.map(({ connectedMs }) => connectedMs)),
    firstPacketMs: spread(came.map(({ firstPacketMs }) => firstPacketMs)),
    firstFrameMs: { ...spread(came.map(({ firstFrameMs }) => firstFrameMs)), missing },
  };
}

/** Per join: what was used while the audience grew, less what the mesh uses anyway (the mean of its rest before and after). Per consumer: what the full mesh uses at rest, less what the empty one does. */
function cpuOf({ audience, growthMs, cpu: { before, growth, full, loadGeneratorMs } }: Growth) {
  const joins = Math.max(1, audience.viewers.length);
  const consumers = Math.max(
    1,
    audience.viewers.reduce((sum, viewer) => sum + viewer.consumers, 0),
  );
  const perJoin = (of: keyof MeshCpu) => (growth[of] - ((before[of] + full[of]) / 2) * growthMs) / joins;
  return {
    controlPlaneMsPerJoin: rounded(perJoin('controlPlane')),
    edgesMsPerJoin: rounded(perJoin('edges')),
    loadGeneratorMsPerJoin: rounded(loadGeneratorMs / joins),
    edgesMicrosecondsPerConsumerAndSecond: rounded(((full.edges - before.edges) / consumers) * 1_000_000),
    coresAtRest: {
      empty: { controlPlane: rounded(before.controlPlane), edges: rounded(before.edges) },
      full: { controlPlane: rounded(full.controlPlane), edges: rounded(full.edges) },
    },
  };
}

function spread(values: readonly number[]) {
  const [p50, p95, max] = [50, 95, 100].map((percent) => rounded(percentile(values, percent)));
  return { count: values.length, p50: p50 ?? 0, p95: p95 ?? 0, max: max ?? 0 };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
