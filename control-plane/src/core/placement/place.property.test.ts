import { regions } from '@canopy/geo/regions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientRtts } from './client-rtt.ts';
import { expectedLoad, pathMs, placeParticipant } from './place.ts';
import { clientAt, edge, footprint } from './testing/builders.ts';
import {
  type ClientView,
  type EdgeCandidate,
  emptyFootprint,
  type MeetingFootprint,
  defaultPlacementPolicy as policy,
} from './types.ts';

const anyRegion = fc.constantFrom(...regions.map(({ id }) => id));

const anyEdge = fc.record({
  region: anyRegion,
  health: fc.constantFrom('alive', 'alive', 'alive', 'dead', 'silent', 'quarantined'),
  draining: fc.boolean(),
  reportedLoad: fc.double({ min: 0, max: 1.2, noNaN: true }),
  reservations: fc.nat(200),
  overloaded: fc.boolean(),
});

const anyEdges = fc
  .uniqueArray(anyEdge, { selector: ({ region }) => region, maxLength: 12 })
  .map((list) => list.map(({ region, ...state }) => edge(region, state)));

const anyClient = fc
  .record({ at: anyRegion, rtts: fc.array(fc.tuple(anyRegion, fc.double({ min: 0, max: 500, noNaN: true }))) })
  .map(({ at, rtts }) => clientAt(at, { rttMs: new Map(rtts) }));

const anyFootprint = fc.array(anyRegion, { maxLength: 4 }).map((ids) => footprint(ids));

const anyPolicy = fc.subarray(regions.map(({ id }) => id)).map((allowedRegions) => ({ ...policy, allowedRegions }));

describe('placeParticipant, for any mesh', () => {
  it('lists all candidates and chooses the one with the least score', () => {
    fc.assert(
      fc.property(anyEdges, anyClient, anyFootprint, anyPolicy, (edges, client, meeting, rules) => {
        const { edgeId, candidates } = placeParticipant(edges, client, meeting, rules);
        expect(candidates.map((candidate) => candidate.edgeId)).toEqual(edges.map(({ id }) => id));
        for (const { score, rejectedBecause } of candidates) {
          expect(score === undefined).toBe(rejectedBecause !== undefined);
        }
        const scores = candidates.flatMap(({ score }) => score ?? []);
        const chosen = candidates.find((candidate) => candidate.edgeId === edgeId);
        expect(chosen?.score).toBe(scores.length === 0 ? undefined : Math.min(...scores));
      }),
    );
  });

  it('never chooses an edge that is dead, draining, overloaded or outside the allowed regions', () => {
    fc.assert(
      fc.property(anyEdges, anyClient, anyFootprint, anyPolicy, (edges, client, meeting, rules) => {
        const { edgeId } = placeParticipant(edges, client, meeting, rules);
        const usable = edges.filter((candidate) => isUsable(candidate, rules.allowedRegions));
        if (usable.length === 0) expect(edgeId).toBeUndefined();
        else expect(usable.map(({ id }) => id)).toContain(edgeId);
      }),
    );
  });

  it('says how much longer the chosen way is than the shortest, whatever it left out to find it', () => {
    fc.assert(
      fc.property(anyEdges, anyClient, anyFootprint, anyPolicy, (edges, client, meeting, rules) => {
        const decision = placeParticipant(edges, client, meeting, rules);
        expect(decision.regretMs).toBe(plainRegretMs(edges, client, meeting, decision.edgeId, rules.allowedRegions));
      }),
    );
  });

  it('decides alike where the mean ways of the meeting are known and where they are worked out', () => {
    fc.assert(
      fc.property(anyEdges, anyClient, anyFootprint, anyPolicy, (edges, client, meeting, rules) => {
        const meanPathMs = (id: string) => meanMs(meeting, id);
        const known = { ...meeting, meanPathMs };
        expect(placeParticipant(edges, client, known, rules)).toEqual(placeParticipant(edges, client, meeting, rules));
      }),
    );
  });

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(anyEdges, anyClient, anyFootprint, (edges, client, meeting) => {
        const forwards = placeParticipant(edges, client, meeting, policy);
        const backwards = placeParticipant(edges.toReversed(), client, meeting, policy);
        expect(backwards.edgeId).toBe(forwards.edgeId);
        expect(backwards.rule).toBe(forwards.rule);
      }),
    );
  });

  it('spreads a burst of joins over the edges of a region between two reports', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 100, max: 2_000 }), (edgeCount, joins) => {
        const edges = Array.from({ length: edgeCount }, (_, index) => edge('eu-central-1', { id: `fra-${index}` }));
        const placed = burst(edges, joins);
        const counts = edges.map(({ id }) => placed.get(id) ?? 0);
        const perEdge = Math.min(joins / edgeCount, policy.overloadThreshold / 0.002);
        // The penalty for opening an edge lets the first take some more before the next is opened.
        const head = Math.sqrt(policy.newEdgePenaltyMs / policy.loadPenaltyMs) / 0.002;
        expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(perEdge + head));
        expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(policy.overloadThreshold / 0.002));
      }),
    );
  });
});

function isUsable(candidate: EdgeCandidate, allowedRegions: readonly string[]): boolean {
  if (allowedRegions.length > 0 && !allowedRegions.includes(candidate.region)) return false;
  if (candidate.health !== 'alive' || candidate.draining || candidate.overloaded) return false;
  return expectedLoad(candidate) < policy.overloadThreshold;
}

/** Works out the way over every edge that is there and allowed. */
function plainRegretMs(
  edges: readonly EdgeCandidate[],
  client: ClientView,
  meeting: MeetingFootprint,
  chosenId: string | undefined,
  allowedRegions: readonly string[],
): number | undefined {
  const rttTo = clientRtts(client, edges);
  const wayMs = (one: EdgeCandidate) => pathMs(one, rttTo(one), meeting);
  const chosen = edges.find(({ id }) => id === chosenId);
  const servable = edges.filter(
    ({ region, health }) =>
      (allowedRegions.length === 0 || allowedRegions.includes(region)) && health !== 'dead' && health !== 'silent',
  );
  return chosen === undefined ? undefined : wayMs(chosen) - Math.min(...servable.map(wayMs));
}

function meanMs(meeting: MeetingFootprint, edgeId: string): number {
  const ways = meeting.originIds.map((id) => (id === edgeId ? 0 : meeting.pathMs(id, edgeId)));
  return ways.length === 0 ? 0 : ways.reduce((sum, ms) => sum + ms, 0) / ways.length;
}

/** Places clients of one meeting one after the other, counting reservations; no report arrives. */
function burst(start: readonly EdgeCandidate[], joins: number): ReadonlyMap<string, number> {
  const placed = new Map<string, number>();
  for (let join = 0; join < joins; join++) {
    const edges = start.map((candidate) => ({ ...candidate, reservations: placed.get(candidate.id) ?? 0 }));
    const meeting = { ...emptyFootprint, participants: placed };
    const { edgeId } = placeParticipant(edges, clientAt('eu-central-1'), meeting, policy);
    if (edgeId !== undefined) placed.set(edgeId, (placed.get(edgeId) ?? 0) + 1);
  }
  return placed;
}
