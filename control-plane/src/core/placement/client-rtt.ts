import { estimateRttMs } from '@canopy/geo/rtt';
import type { ClientView, EdgeCandidate, GeoPoint } from './types.ts';

export interface ClientRtt {
  /** Round trip between the client and an edge, ms; absent when nothing is known about where the client is. */
  rttMs?: number;
  source: 'measured' | 'estimated' | 'unknown';
}

/** Returns how far a client is from each of `edges`: what it measured itself, else what its network remembers drawn towards the estimate, else the estimate alone. */
export function clientRtts(client: ClientView, edges: readonly EdgeCandidate[]): (edge: EdgeCandidate) => ClientRtt {
  const estimate = estimator(client, edges);
  return (edge) => {
    const measured = client.rttMs.get(edge.id);
    if (measured !== undefined) return { rttMs: measured, source: 'measured' };
    const prior = estimate(edge);
    const remembered = client.rememberedRtt?.get(edge.id);
    if (remembered !== undefined) {
      const { rttMs, weight } = remembered;
      return { rttMs: prior === undefined ? rttMs : weight * rttMs + (1 - weight) * prior, source: 'measured' };
    }
    return prior === undefined ? { source: 'unknown' } : { rttMs: prior, source: 'estimated' };
  };
}

/** From the client's place, or without one by the shortest way through an edge whose RTT is known (never too short, by the triangle inequality). */
function estimator(client: ClientView, edges: readonly EdgeCandidate[]): (edge: EdgeCandidate) => number | undefined {
  const { location } = client;
  const known = knownRtts(client, edges);
  if (location !== undefined) {
    const lastMileMs = commonExcess(known.map((via) => via.rttMs - estimateRttMs(location, via.location)));
    return oncePerPlace((place) => lastMileMs + estimateRttMs(location, place));
  }
  if (known.length === 0) return () => undefined;
  return oncePerPlace((place) => Math.min(...known.map((via) => via.rttMs + estimateRttMs(via.location, place))));
}

function knownRtts({ rttMs, rememberedRtt }: ClientView, edges: readonly EdgeCandidate[]) {
  const known: { location: GeoPoint; rttMs: number }[] = [];
  const most = rttMs.size + (rememberedRtt?.size ?? 0);
  for (const { id, location } of edges) {
    if (known.length === most) break;
    const ms = rttMs.get(id) ?? rememberedRtt?.get(id)?.rttMs;
    if (ms !== undefined) known.push({ location, rttMs: ms });
  }
  return known;
}

/** The edges of a region are in the same place, of which there are few. */
function oncePerPlace(estimate: (place: GeoPoint) => number): (edge: EdgeCandidate) => number {
  const known = new Map<GeoPoint, number>();
  return ({ location }) => {
    const before = known.get(location);
    if (before !== undefined) return before;
    const rttMs = estimate(location);
    known.set(location, rttMs);
    return rttMs;
  };
}

/** What measured RTTs have above their estimates in common: the client's last mile, which lies on the way to every edge and which estimates leave out. Without it an edge nobody measured would look nearer than those that were. One measurement alone can't tell a slow last mile from a bad route. */
function commonExcess(excessMs: readonly number[]): number {
  if (excessMs.length < 2) return 0;
  const sorted = excessMs.toSorted((a, b) => a - b);
  return Math.max(0, sorted[(sorted.length - 1) >> 1] ?? 0);
}
