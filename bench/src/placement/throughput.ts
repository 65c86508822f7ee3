import { placeParticipant } from '@canopy/control-plane/core/placement/place';
import {
  type ClientView,
  defaultPlacementPolicy,
  type EdgeCandidate,
  type MeetingFootprint,
} from '@canopy/control-plane/core/placement/types';
import type { GeoLocator } from '@canopy/geo/locator';
import { regions } from '@canopy/geo/regions';
import { estimateRttMs } from '@canopy/geo/rtt';
import type { Random } from '../random.ts';
import { percentile } from '../statistics.ts';
import { idleEdge } from './edges.ts';

export interface Throughput {
  edges: number;
  /** Per second of one core, the GeoIP lookup of a new address included; the median of several runs. */
  decisionsPerSecond: number;
  /** Least and most of those runs. */
  range: [number, number];
}

const runs = 5;

const originCount = 3;

/** Places clients at random public IPv4 addresses into a meeting with three publishers, for about `durationMs` of CPU time in all. */
export function measureThroughput(
  locator: GeoLocator,
  edgeCount: number,
  durationMs: number,
  random: Random,
): Throughput {
  const edges = spreadEdges(edgeCount, random);
  const meeting = spreadMeeting(edges, random);
  const place = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const { location } = locator.lookup(randomAddress(random));
      const client: ClientView = { ...(location === undefined ? {} : { location }), rttMs: new Map() };
      placeParticipant(edges, client, meeting, defaultPlacementPolicy);
    }
  };
  const batch = Math.max(10, Math.round(20_000 / edgeCount));
  place(batch);
  const rates = Array.from({ length: runs }, () => decisionRate(place, batch, durationMs / runs)).sort((a, b) => a - b);
  return {
    edges: edgeCount,
    decisionsPerSecond: percentile(rates, 50),
    range: [percentile(rates, 0), percentile(rates, 100)],
  };
}

/** Per second of CPU time. */
function decisionRate(place: (count: number) => void, batch: number, durationMs: number): number {
  let decisions = 0;
  let usedMs = 0;
  while (usedMs < durationMs) {
    const before = process.threadCpuUsage();
    place(batch);
    const { user, system } = process.threadCpuUsage(before);
    usedMs += (user + system) / 1_000;
    decisions += batch;
  }
  return Math.round((decisions / usedMs) * 1_000);
}

/** How many addresses a core looks up per second: new ones, and ones it has just seen. */
export function measureLookups(locator: GeoLocator, count: number, random: Random): { new: number; cached: number } {
  const perSecond = (addresses: readonly string[]): number => {
    const before = process.threadCpuUsage();
    for (const address of addresses) locator.lookup(address);
    const { user, system } = process.threadCpuUsage(before);
    return Math.round((addresses.length / (user + system)) * 1_000_000);
  };
  const few = Array.from({ length: 1_000 }, () => randomAddress(random));
  const again = Array.from({ length: count }, (_, index) => few[index % few.length] ?? '');
  const fresh = Array.from({ length: count }, () => randomAddress(random));
  perSecond(fresh.slice(0, count / 10));
  return { new: perSecond(fresh.slice(count / 10)), cached: perSecond(again) };
}

function spreadEdges(count: number, random: Random): EdgeCandidate[] {
  return Array.from({ length: count }, (_, index) => {
    const region = regions[index % regions.length];
    if (region === undefined) throw new Error('the catalogue is empty');
    return { ...idleEdge(`${region.id}-${index}`, region.id, region), reportedLoad: random.unit() };
  });
}

function spreadMeeting(edges: readonly EdgeCandidate[], random: Random): MeetingFootprint {
  const ids = new Set<string>();
  while (ids.size < Math.min(originCount, edges.length)) ids.add(edges[random.index(edges.length)]?.id ?? '');
  const pathMs = new Map<string, Map<string, number>>();
  for (const origin of edges.filter(({ id }) => ids.has(id))) {
    const ways = edges.map(({ id, location }) => [id, estimateRttMs(origin.location, location) / 2] as const);
    pathMs.set(origin.id, new Map(ways));
  }
  return {
    participants: new Map([...ids].map((id) => [id, 1])),
    originIds: [...ids],
    pathMs: (from, to) => pathMs.get(from)?.get(to) ?? 0,
  };
}

function randomAddress(random: Random): string {
  return `${1 + random.index(222)}.${random.index(256)}.${random.index(256)}.${random.index(256)}`;
}
