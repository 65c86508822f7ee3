import { placeParticipant } from '@canopy/control-plane/core/placement/place';
import {
  type ClientView,
  defaultPlacementPolicy,
  type EdgeCandidate,
  type MeetingFootprint,
  type PlacementDecision,
} from '@canopy/control-plane/core/placement/types';
import { countryPoint } from '@canopy/geo/countries';
import { estimateRttMs } from '@canopy/geo/rtt';
import type { Random } from '../random.ts';
import type { RegionData } from '../region-data.ts';
import { percentile } from '../statistics.ts';
import { type City, cityDraw } from './cities.ts';
import { idleEdge } from './edges.ts';

/** What placement may know about a client. */
type Knowledge = 'countryOnly' | 'city' | 'measuredShortlist';

interface ExtraMs {
  mean: number;
  p50: number;
  p95: number;
  /** Share of the clients that got the oracle's edge. */
  sameEdge: number;
}

/** Extra ms of score against an oracle that knows every true RTT. */
export type Regret = Record<Knowledge | 'nearestByTrueRtt', ExtraMs>;

export interface RegretOptions {
  cities: readonly City[];
  clients: number;
  /** Deviation of the logarithm of true RTT over estimated RTT. */
  noise: number;
  /** Mean of the exponentially distributed RTT of a client's last mile, ms. */
  lastMileMs: number;
  random: Random;
}

const originCount = 3;

/** The edges with the least estimated RTT that a client measures before it joins. */
const shortlist = 3;

/** Places clients at random cities into meetings with three publishers at random regions. A client's true RTT to an edge is the estimate from its city times lognormal noise, plus its last mile, which is the same for all edges; the RTT between edges is that of the data and known to all. */
export function measureRegret(data: RegionData, { cities, clients, noise, lastMileMs, random }: RegretOptions): Regret {
  const edges = data.ids.map((id) => {
    const place = data.places.get(id);
    if (place === undefined) throw new Error(`no place for ${id}`);
    return idleEdge(id, id, place);
  });
  const draw = cityDraw(cities, random);
  const extra = { countryOnly: tally(), city: tally(), measuredShortlist: tally(), nearestByTrueRtt: tally() };
  for (let client = 0; client < clients; client++) {
    const city = draw();
    const clientLastMileMs = -lastMileMs * Math.log(1 - random.unit());
    const trueRttMs = new Map(
      edges.map(({ id, location }) => {
        const routeMs = estimateRttMs(city, location) * Math.exp(noise * random.normal());
        return [id, clientLastMileMs + routeMs];
      }),
    );
    const meeting = randomMeeting(data, random);
    const place = (view: ClientView) => placeParticipant(edges, view, meeting, defaultPlacementPolicy);
    const oracle = place({ rttMs: trueRttMs });
    const best = scoreOf(oracle, oracle.edgeId);
    for (const [name, edgeId] of [
      ['countryOnly', place(countryView(city)).edgeId],
      ['city', place({ location: city, rttMs: new Map() }).edgeId],
      ['measuredShortlist', place({ location: city, rttMs: measured(city, edges, trueRttMs) }).edgeId],
      ['nearestByTrueRtt', nearest(trueRttMs)],
    ] as const) {
      extra[name].push(scoreOf(oracle, edgeId) - best);
    }
  }
  return {
    countryOnly: summarise(extra.countryOnly),
    city: summarise(extra.city),
    measuredShortlist: summarise(extra.measuredShortlist),
    nearestByTrueRtt: summarise(extra.nearestByTrueRtt),
  };
}

const tally = (): number[] => [];

function countryView({ countryCode }: City): ClientView {
  const point = countryPoint(countryCode);
  return { ...(point === undefined ? {} : { location: point.location }), rttMs: new Map() };
}

function measured(city: City, edges: readonly EdgeCandidate[], trueRttMs: ReadonlyMap<string, number>) {
  const byEstimate = edges
    .map(({ id, location }) => ({ id, estimate: estimateRttMs(city, location) }))
    .sort((a, b) => a.estimate - b.estimate);
  return new Map(byEstimate.slice(0, shortlist).map(({ id }) => [id, trueRttMs.get(id) ?? Number.NaN]));
}

function nearest(trueRttMs: ReadonlyMap<string, number>): string | undefined {
  return [...trueRttMs].reduce((least, one) => (one[1] < least[1] ? one : least))[0];
}

function randomMeeting(data: RegionData, random: Random): MeetingFootprint {
  const originIds = new Set<string>();
  while (originIds.size < originCount) originIds.add(data.ids[random.index(data.ids.length)] ?? '');
  return {
    participants: new Map([...originIds].map((id) => [id, 1])),
    originIds: [...originIds],
    pathMs: (from, to) => data.rttMs(from, to) / 2,
  };
}

function scoreOf({ candidates }: PlacementDecision, edgeId: string | undefined): number {
  const score = candidates.find((candidate) => candidate.edgeId === edgeId)?.score;
  if (score === undefined) throw new Error(`${edgeId} has no score`);
  return score;
}

function summarise(extraMs: readonly number[]): ExtraMs {
  const round = (ms: number) => Math.round(ms * 100) / 100;
  return {
    mean: round(extraMs.reduce((sum, ms) => sum + ms, 0) / extraMs.length),
    p50: round(percentile(extraMs, 50)),
    p95: round(percentile(extraMs, 95)),
    sameEdge: round(extraMs.filter((ms) => ms === 0).length / extraMs.length),
  };
}
