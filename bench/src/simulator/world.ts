import { clientRtts } from '@canopy/control-plane/core/placement/client-rtt';
import type { ClientView, EdgeCandidate } from '@canopy/control-plane/core/placement/types';
import type { MeshView, PlanEdge } from '@canopy/control-plane/core/planning/planner';
import { regions as catalogue } from '@canopy/geo/regions';
import { estimateRttMs } from '@canopy/geo/rtt';
import { BenchError } from '../bench.ts';
import { type City, cityDraw, largeCities } from '../placement/cities.ts';
import { idleEdge } from '../placement/edges.ts';
import { type Random, seededRandom } from '../random.ts';
import { meshOfEdges, type RegionData, tableOf } from '../region-data.ts';

/** One edge, as placement and as planning see it, and what is true of it. */
export interface SimEdge {
  /** Its place among the edges of the world. */
  index: number;
  candidate: EdgeCandidate;
  plan: PlanEdge;
  /** People on it. */
  people: number;
  /** Copies of tracks it sends to other edges, those over backup ways included. */
  children: number;
  /** Since when it has been overloaded, simulated ms. */
  overloadedSinceMs: number | undefined;
}

/** Regions, the edges in them, and the people of the world around them. */
export interface World {
  edges: readonly SimEdge[];
  edge(id: string): SimEdge;
  mesh: MeshView;
  drawCity(): City;
  /** What a client there tells when it joins: its place, and RTTs to the edges of the nearest regions. */
  viewFrom(city: City): ClientView;
  /** The round trips from there that placement goes by, ms, by the edge's index. */
  knownRtts(city: City): Float64Array;
  /** The true round trip, ms. */
  trueRttMs(city: City, edgeId: string): number;
  /** The region with the least true round trip. */
  nearestRegion(city: City): string;
  /** Edges that so many people in one region need, no more than it has. */
  edgesFor(region: string, people: number): number;
}

export interface WorldSize {
  regions: number;
  edges: number;
  /** People that one edge can serve. */
  edgeCapacity: number;
  maxFanOut: number;
  seed: number;
}

/** What a client measures before it joins: some edges of the nearest regions. */
const measuredRegions = 3;
const measuredPerRegion = 3;
/** Deviation of the logarithm of true RTTs over estimated ones. */
const noise = 0.3;

/** @throws a {@link BenchError} where a region would be without edges: nothing compares with a mesh that is not there. */
export function makeWorld(data: RegionData, size: WorldSize): World {
  const { places, known } = placesOf(data, size.regions);
  if (size.edges < known.length)
    throw new BenchError(`${known.length} regions need an edge each: ${size.edges} are too few.`);
  const edges = Array.from({ length: size.edges }, (_, index): SimEdge => {
    const region = known[index % known.length] ?? '';
    const id = `${region}/${Math.floor(index / known.length)}`;
    const place = places.get(region) ?? { latitude: 0, longitude: 0 };
    const candidate = { ...idleEdge(id, region, place), loadPerParticipant: 1 / size.edgeCapacity };
    return {
      index,
      candidate,
      plan: { id, region, load: 0, maxFanOut: size.maxFanOut, usable: true },
      people: 0,
      children: 0,
      overloadedSinceMs: undefined,
    };
  });
  const byId = new Map(edges.map((edge) => [edge.candidate.id, edge]));
  const cities = largeCities();
  const truth = trueRtts(known, places, cities, size.seed);
  const edge = (id: string) => {
    const known = byId.get(id);
    if (known === undefined) throw new RangeError(`there is no edge ${id}`);
    return known;
  };
  const viewFrom = oncePerCity((city): ClientView => {
    const rtts = truth(city);
    const near = nearestRegions(known, places, city).slice(0, measuredRegions);
    const measured = near.flatMap((region) =>
      edges.filter(({ candidate }) => candidate.region === region).slice(0, measuredPerRegion),
    );
    return {
      location: city,
      rttMs: new Map(measured.map(({ candidate }) => [candidate.id, rtts.get(candidate.region) ?? 0])),
    };
  });
  const candidates = edges.map(({ candidate }) => candidate);
  const draw: Random = seededRandom(size.seed);
  return {
    edges,
    edge,
    mesh: meshOfEdges(
      wholeWorld(data, places),
      edges.map(({ plan }) => plan),
    ),
    drawCity: cityDraw(cities, draw),
    trueRttMs: (city, edgeId) => truth(city).get(edge(edgeId).candidate.region) ?? 0,
    nearestRegion: oncePerCity((city) => {
      const [first, ...others] = truth(city);
      const [region] = others.reduce((least, other) => (other[1] < least[1] ? other : least), first ?? ['', 0]);
      return region;
    }),
    edgesFor(region, people) {
      const count = edges.filter(({ candidate }) => candidate.region === region).length;
      return Math.min(count, Math.ceil(people / size.edgeCapacity));
    },
    viewFrom,
    knownRtts: oncePerCity((city) => {
      const rttTo = clientRtts(viewFrom(city), candidates);
      return Float64Array.from(candidates, (candidate) => rttTo(candidate).rttMs ?? 0);
    }),
  };
}

function oncePerCity<T>(work: (city: City) => T): (city: City) => T {
  const known = new Map<City, T>();
  return (city) => {
    const before = known.get(city);
    if (before !== undefined) return before;
    const result = work(city);
    known.set(city, result);
    return result;
  };
}

type Places = ReadonlyMap<string, { latitude: number; longitude: number }>;

/** The regions of the data first, then others of the catalogue. */
function placesOf(data: RegionData, count: number): { places: Places; known: string[] } {
  const places = new Map(data.places);
  for (const { id, latitude, longitude } of catalogue) if (!places.has(id)) places.set(id, { latitude, longitude });
  const known = [...places.keys()].slice(0, count);
  return { places, known };
}

/** The data, with estimates for regions it does not know: RTTs by distance, prices as in the nearest region it knows. */
function wholeWorld(data: RegionData, places: Places): RegionData {
  const known = new Set(data.ids);
  const place = (id: string) => places.get(id) ?? { latitude: 0, longitude: 0 };
  const ids = [...places.keys()];
  const nearest = (id: string) =>
    data.ids.reduce((least, other) =>
      estimateRttMs(place(id), place(other)) < estimateRttMs(place(id), place(least)) ? other : least,
    );
  const pricedLike = new Map(ids.map((id) => [id, nearest(id)]));
  const price = (id: string) => {
    const like = pricedLike.get(id) ?? id;
    return data.egressUsdPerGb(like, data.ids.find((other) => other !== like) ?? like);
  };
  return {
    ids,
    places,
    rttMs: tableOf(ids, (a, b) =>
      known.has(a) && known.has(b) ? data.rttMs(a, b) : estimateRttMs(place(a), place(b)),
    ),
    egressUsdPerGb: tableOf(ids, price),
  };
}

function nearestRegions(known: readonly string[], places: Places, city: City): string[] {
  const rtt = (id: string) => estimateRttMs(city, places.get(id) ?? city);
  return known
    .map((id) => ({ id, rttMs: rtt(id) }))
    .sort((a, b) => a.rttMs - b.rttMs)
    .map(({ id }) => id);
}

/** What the network is really like: estimates with noise, the same for everybody in a city. */
function trueRtts(known: readonly string[], places: Places, cities: readonly City[], seed: number) {
  const numbers = new Map(cities.map((city, index) => [city, index]));
  return oncePerCity((city): ReadonlyMap<string, number> => {
    const random = seededRandom(seed * 100_003 + (numbers.get(city) ?? 0));
    return new Map(
      known.map((id) => [id, estimateRttMs(city, places.get(id) ?? city) * Math.exp(noise * random.normal())]),
    );
  });
}
