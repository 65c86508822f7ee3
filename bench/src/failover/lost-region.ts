import { setTimeout as delay } from 'node:timers/promises';
import { Webinar } from '../grow/webinar.ts';
import { firstFrameMs, untilArrivedAnew } from './arrivals-anew.ts';
import { AudienceMesh } from './audience-mesh.ts';
import { type FaultKind, inflict, possibleFaults } from './faults.ts';
import { untilFlowing } from './flowing.ts';
import { countWithoutMedia, type Gaps, gaps } from './gaps.ts';
import type { MovingViewer } from './moving-viewer.ts';
import { victimOf } from './packet-groups.ts';
import { longestPause } from './pauses.ts';

const publisherRegion = 'eu-central-1';
const lostRegion = 'us-east-1';
const regionBelow = 'sa-east-1';
/** Until those below have moved to the layers they should have, for which mediasoup needs three sender reports. */
const settleMs = 6_000;
const calmMs = 1_000;

/** What can happen to all edges of a region together. */
const regionFaults = ['nodeKilled', 'packetsDropped', 'nodeStopped'] as const satisfies readonly FaultKind[];
export type RegionFault = (typeof regionFaults)[number];
/** Those that this machine can be made to show. */
export const possibleRegionFaults = regionFaults.filter((kind) => possibleFaults.includes(kind));

/** One loss of a region: of each viewer, ms. */
export interface RegionLoss {
  /** In the region that it relayed to: the longest time without a packet. */
  gapMs: number[];
  /** In it: from the loss to the first frame over an edge of another region. */
  firstFrameMs: number[];
}

export interface RegionLosses {
  /** Regions lost. */
  count: number;
  /** How long media stopped in the region that got it over the lost one. */
  gapMs: Gaps;
  /** From the loss to the first frame over an edge of another region, of those who were in it and had one. */
  placedMs: Gaps;
  /** Those of either who had none at the end. */
  withoutMedia: number;
}

/** A mesh in which one region gets a webinar over another, whose two edges are lost at the same moment. */
export class LostRegion implements AsyncDisposable {
  readonly #audience: AudienceMesh;
  readonly #viewers: number;

  /** So many viewers in each of both regions. */
  static async start(viewers: number): Promise<LostRegion> {
    return new LostRegion(await AudienceMesh.start([publisherRegion, lostRegion, lostRegion, regionBelow]), viewers);
  }

  private constructor(audience: AudienceMesh, viewers: number) {
    this.#audience = audience;
    this.#viewers = viewers;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#audience[Symbol.asyncDispose]();
  }

  async lose(kind: RegionFault): Promise<RegionLoss> {
    const { mesh, groups } = this.#audience;
    const lost = mesh.edges.filter(({ region }) => region === lostRegion);
    const via = { [`${regionBelow}-1`]: `${lostRegion}-1` };
    const webinar = await Webinar.create(mesh.url, 'webinar', { routing: { via } });
    await using _publisher = await webinar.publisher(publisherRegion);
    const below = await this.#audience.viewers(webinar, regionBelow, this.#viewers);
    const inside = await this.#audience.viewers(webinar, lostRegion, this.#viewers);
    using owned = new DisposableStack();
    for (const viewer of [...below, ...inside]) owned.defer(() => viewer.close());
    const lostIds = new Set(lost.map(({ id }) => id));
    if (!inside.every(({ edgeId }) => lostIds.has(edgeId)) || below.some(({ edgeId }) => lostIds.has(edgeId)))
      throw new Error('the audience is not where it should be');
    await delay(settleMs);
    await untilFlowing([...below, ...inside]);
    const victims = lost.map((edge) => victimOf(edge, groups));
    const heals: (() => void)[] = [];
    const lostAt = performance.now();
    const arrivedAnew = await untilArrivedAnew(inside, () => {
      for (const victim of victims) heals.push(inflict(kind, victim));
    });
    await delay(calmMs);
    const endsAt = performance.now();
    for (const heal of heals) heal();
    const isElsewhere = (viewer: MovingViewer) => arrivedAnew(viewer) && !lostIds.has(viewer.edgeId);
    const loss = {
      gapMs: below.map(({ arrivals }) =>
        arrivals.some((at) => at > endsAt - calmMs && at <= endsAt)
          ? longestPause(arrivals, lostAt, endsAt)
          : Number.POSITIVE_INFINITY,
      ),
      firstFrameMs: inside.map((viewer) => firstFrameMs(viewer, lostAt, isElsewhere)),
    };
    await Promise.all(lost.map((edge) => edge.restart()));
    await mesh.ready();
    return loss;
  }
}

/** What a number of losses showed together. */
export function judgeRegions(losses: readonly RegionLoss[]): RegionLosses {
  const gapsBelow = losses.flatMap(({ gapMs }) => gapMs);
  const firstFrames = losses.flatMap(({ firstFrameMs: ms }) => ms);
  return {
    count: losses.length,
    gapMs: gaps(gapsBelow),
    placedMs: gaps(firstFrames),
    withoutMedia: countWithoutMedia([...gapsBelow, ...firstFrames]),
  };
}
