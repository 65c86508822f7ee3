import { defaultPlanPolicy, pathTo, planCascade } from '@canopy/control-plane/core/planning/planner';
import { meshOfEdges, type RegionData } from '../region-data.ts';
import { rounded } from '../statistics.ts';
import { type Assumptions, type Limit, participantsPerEdge } from './assumptions.ts';
import { egressUsd } from './egress.ts';
import type { Shares } from './shares.ts';

interface RegionCapacity {
  participants: number;
  edges: number;
  egressGbit: number;
}

export interface Capacity {
  participants: number;
  /** Those of one edge at the peak. */
  perEdge: number;
  limitedBy: Limit;
  edges: number;
  replicas: number;
  regions: Record<string, RegionCapacity>;
  egressGbit: number;
  /** The cascade of one stage over all edges, as the planner makes it. */
  cascade: {
    origin: string;
    depth: number;
    unreached: number;
    usdPerGb: number;
    /** What a GB costs besides where it flows over all backup ways too, as webinars have it. */
    backupUsdPerGb: number;
    starUsdPerGb: number;
    gbPerHour: number;
  };
  usdPerHour: {
    edges: number;
    internet: number;
    /** To the edges' parents in the cascade alone. */
    betweenRegions: number;
    /** To keep every edge's backup way warm. */
    backups: number;
    controlPlane: number;
    services: number;
    total: number;
  };
  usdPerParticipantHour: number;
}

const gbPerHourAndMbit = (3_600 * 1e6) / 8 / 1e9;

/** What one meeting or webinar of so many participants, spread as people are over the world, takes. */
export function capacityFor(participants: number, shares: Shares, data: RegionData, of: Assumptions): Capacity {
  const limits = participantsPerEdge(of);
  const limitedBy = (Object.keys(limits) as Limit[]).reduce((least, next) =>
    limits[next] < limits[least] ? next : least,
  );
  const perEdge = Math.max(1, limits[limitedBy]);
  const regions: Record<string, RegionCapacity> = {};
  for (const [region, count] of opened(participants, shares, data, of.openFrom)) {
    const edges = Math.ceil(count / perEdge) + of.spare;
    regions[region] = { participants: count, edges, egressGbit: rounded((count * of.mbit) / 1e3, 2) };
  }
  const edges = Object.values(regions).reduce((sum, region) => sum + region.edges, 0);
  const replicas = Math.ceil(participants / of.sessionsPerReplica) + 1;
  const cascade = planned(regions, data, of);
  const internetGb = participants * of.mbit * gbPerHourAndMbit;
  const usd = {
    edges: edges * of.edgeUsdPerHour,
    internet: egressUsd(internetGb * of.hoursPerMonth, of.internetTiers) / of.hoursPerMonth,
    betweenRegions: cascade.usdPerGb * cascade.gbPerHour,
    backups: cascade.backupUsdPerGb * cascade.gbPerHour,
    controlPlane: replicas * of.replicaUsdPerHour,
    services: of.servicesUsdPerHour,
  };
  const total = Object.values(usd).reduce((sum, part) => sum + part, 0);
  return {
    participants,
    perEdge,
    limitedBy,
    edges,
    replicas,
    regions,
    egressGbit: rounded((participants * of.mbit) / 1e3, 2),
    cascade,
    usdPerHour: {
      edges: rounded(usd.edges, 2),
      internet: rounded(usd.internet, 2),
      betweenRegions: rounded(usd.betweenRegions, 2),
      backups: rounded(usd.backups, 2),
      controlPlane: rounded(usd.controlPlane, 2),
      services: rounded(usd.services, 2),
      total: rounded(total, 2),
    },
    usdPerParticipantHour: rounded(total / participants, 5),
  };
}

/** Participants by region, where those of regions with too few are with the nearest that is open. */
function opened(participants: number, shares: Shares, data: RegionData, openFrom: number): Map<string, number> {
  const bySize = [...shares].sort(([, a], [, b]) => b - a).map(([id, share]) => ({ id, count: share * participants }));
  const open = bySize.filter(({ count }, at) => at === 0 || count >= openFrom).map(({ id }) => id);
  const counts = new Map<string, number>(open.map((id) => [id, 0]));
  for (const { id, count } of bySize) {
    const nearest = open.reduce((best, next) => (data.rttMs(id, next) < data.rttMs(id, best) ? next : best));
    counts.set(nearest, (counts.get(nearest) ?? 0) + count);
  }
  return wholeCounts(counts, participants);
}

/** Whole numbers of the same sum: the largest takes what rounding leaves. */
function wholeCounts(counts: ReadonlyMap<string, number>, sum: number): Map<string, number> {
  const whole = new Map([...counts].map(([id, count]) => [id, Math.round(count)]));
  const [first] = whole.keys();
  const left = sum - [...whole.values()].reduce((total, count) => total + count, 0);
  if (first !== undefined) whole.set(first, (whole.get(first) ?? 0) + left);
  return whole;
}

/** The stage is in the largest region; all edges take its tracks. */
function planned(regions: Readonly<Record<string, RegionCapacity>>, data: RegionData, of: Assumptions) {
  const ids = Object.entries(regions).flatMap(([region, { edges }]) =>
    Array.from({ length: edges }, (_, index) => ({ id: `${region}-${index + 1}`, region })),
  );
  const mesh = meshOfEdges(
    data,
    ids.map(({ id, region }) => ({ id, region, load: 0, maxFanOut: of.fanOut, usable: true })),
  );
  const [origin] = ids;
  if (origin === undefined) throw new Error('no region is open');
  const memberIds = ids.map(({ id }) => id);
  const policy = { ...defaultPlanPolicy, maxDepth: of.depth };
  const { cascade, costUsdPerGb, unreached } = planCascade({ mesh, policy, originId: origin.id, memberIds });
  return {
    origin: origin.region,
    depth: Math.max(0, ...memberIds.map((id) => pathTo(cascade, id).length)),
    unreached: unreached.length,
    usdPerGb: rounded(costUsdPerGb, 4),
    backupUsdPerGb: rounded(
      [...cascade.nodes.values()].reduce((sum, { edgeId, backupParentId }) => {
        return backupParentId === undefined ? sum : sum + mesh.egressUsdPerGb(backupParentId, edgeId);
      }, 0),
      4,
    ),
    starUsdPerGb: rounded(
      ids.reduce((sum, { region }) => sum + data.egressUsdPerGb(origin.region, region), 0),
      4,
    ),
    gbPerHour: rounded(of.stageMbit * gbPerHourAndMbit, 3),
  };
}
