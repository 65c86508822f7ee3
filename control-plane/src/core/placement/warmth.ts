import { isAllowed } from '../meeting/settings.ts';
import type { EdgeCandidate } from './types.ts';

/** Viewers expected, by region: in all, those who are there already included. */
export type Audience = Readonly<Record<string, number>>;

/** Prepared edges of each region, and for how many of its viewers each of them is there. */
export type WarmSeats = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface WarmChoice {
  /** Also edges that take nobody now, where nothing is found in their place: they may come back. */
  seats: WarmSeats;
  /** Edges to prepare that are well, sorted. */
  edgeIds: readonly string[];
  /** Regions whose edges can't take everybody, and how many are left over. */
  short: Readonly<Record<string, number>>;
}

/** What is prepared already, for this audience or another one. */
export interface Prepared {
  seats: WarmSeats;
  /** People of the meeting on each edge. */
  participants: ReadonlyMap<string, number>;
}

const nothing: Prepared = { seats: {}, participants: new Map() };

/** All edges that are prepared, sorted. */
export function edgesOfSeats(seats: WarmSeats): string[] {
  return [...new Set(Object.values(seats).flatMap((ofRegion) => Object.keys(ofRegion)))].sort();
}

/** What of it is in regions where the media may be; empty or absent: everywhere. */
export function seatsWithin(seats: WarmSeats, allowedRegions: readonly string[] | undefined): WarmSeats {
  return Object.fromEntries(Object.entries(seats).filter(([region]) => isAllowed(region, allowedRegions)));
}

/** What of it there is room for by now. Edges that nobody knows of keep theirs. */
export function seatsWithRoom(
  { seats, participants }: Prepared,
  edges: readonly EdgeCandidate[],
  overloadThreshold: number,
): WarmSeats {
  const most = new Map(edges.map((edge) => [edge.id, seatsOn(edge, overloadThreshold, participants)]));
  const fitting = (ofRegion: WarmSeats[string]) =>
    Object.entries(ofRegion)
      .map(([edgeId, held]): [string, number] => [edgeId, Math.min(held, most.get(edgeId) ?? held)])
      .filter(([, held]) => held > 0);
  return Object.fromEntries(
    Object.entries(seats).map(([region, ofRegion]) => [region, Object.fromEntries(fitting(ofRegion))]),
  );
}

/**
 * The edges an announced audience will need. In each region those that are prepared already and take people stay, for as many
 * as they were there for, whatever their load; an overloaded one, for those who are on it. Whoever is left goes where else these
 * have room, then to other edges: first overloaded ones, for those who are on them, then the least loaded. An edge has room for as
 * many participants as lie between its load and the threshold from which it takes nobody, and for those of the meeting who are on
 * it. One that takes nobody any more goes when there is room for all without it.
 */
export function edgesForAudience(
  audience: Audience,
  edges: readonly EdgeCandidate[],
  overloadThreshold: number,
  prepared = nothing,
): WarmChoice {
  const seats: Record<string, Record<string, number>> = {};
  const well: string[] = [];
  const short: Record<string, number> = {};
  for (const [region, viewers] of Object.entries(audience)) {
    const there = edges.filter((edge) => edge.region === region && edge.health === 'alive' && !edge.draining);
    const held = prepared.seats[region] ?? {};
    const { taken, left } = seatsAmong(viewers, there, overloadThreshold, held, prepared.participants);
    well.push(...taken.keys());
    if (left > 0) short[region] = left;
    const chosen = [...taken, ...awaited(left, held, taken)];
    if (chosen.length > 0) seats[region] = Object.fromEntries(chosen);
  }
  return { seats, edgeIds: well.sort(), short };
}

/** Who of so many viewers goes on which edge, and how many are left. */
function seatsAmong(
  viewers: number,
  there: readonly EdgeCandidate[],
  overloadThreshold: number,
  held: Readonly<Record<string, number>>,
  participants: ReadonlyMap<string, number>,
): { taken: ReadonlyMap<string, number>; left: number } {
  const taken = new Map<string, number>();
  let left = viewers;
  const take = ({ id }: EdgeCandidate, most: number) => {
    const more = Math.min(left, most);
    if (more <= 0) return;
    taken.set(id, (taken.get(id) ?? 0) + more);
    left -= more;
  };
  const byHeld = (a: EdgeCandidate, b: EdgeCandidate) => (held[b.id] ?? 0) - (held[a.id] ?? 0) || byId(a, b);
  const stay = there.filter(({ id }) => held[id] !== undefined).sort(byHeld);
  for (const edge of stay) {
    const seats = held[edge.id] ?? 0;
    take(edge, edge.overloaded ? Math.min(seats, participants.get(edge.id) ?? 0) : seats);
  }
  const chosen = new Set(taken.keys());
  const preparedFirst = (a: EdgeCandidate, b: EdgeCandidate) =>
    Number(chosen.has(b.id)) - Number(chosen.has(a.id)) ||
    Number(b.overloaded) - Number(a.overloaded) ||
    a.reportedLoad - b.reportedLoad ||
    byId(a, b);
  for (const edge of [...there].sort(preparedFirst))
    take(edge, seatsOn(edge, overloadThreshold, participants) - (taken.get(edge.id) ?? 0));
  return { taken, left };
}

/** Those that take nobody now, for as many as are left. */
function awaited(viewers: number, held: Readonly<Record<string, number>>, taken: ReadonlyMap<string, number>) {
  const found: [string, number][] = [];
  let left = viewers;
  for (const [edgeId, seats] of Object.entries(held)) {
    const most = Math.min(left, seats);
    if (most <= 0 || taken.has(edgeId)) continue;
    found.push([edgeId, most]);
    left -= most;
  }
  return found;
}

/** For how many of the audience an edge can be there: those of the meeting who are on it are of its audience. */
function seatsOn(
  { id, overloaded, reportedLoad, loadPerParticipant }: EdgeCandidate,
  overloadThreshold: number,
  participants: ReadonlyMap<string, number>,
): number {
  const room = overloaded ? 0 : Math.floor(Math.max(0, overloadThreshold - reportedLoad) / loadPerParticipant);
  return room + (participants.get(id) ?? 0);
}

function byId(a: EdgeCandidate, b: EdgeCandidate): number {
  return a.id < b.id ? -1 : 1;
}
