import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientRtts } from './client-rtt.ts';
import { pathMs, placeParticipant } from './place.ts';
import { defaultRebalancePolicy, type Movable, rebalance } from './rebalance.ts';
import { clientAt, edge, footprint } from './testing/builders.ts';
import { BusyMesh } from './testing/busy-mesh.ts';
import { type EdgeCandidate, defaultPlacementPolicy as policy } from './types.ts';

const regions = ['eu-central-1', 'eu-west-3', 'eu-west-1', 'us-east-1', 'ap-southeast-2'];

const anyPerson = fc.record({
  weight: fc.double({ min: 0.005, max: 0.02, noNaN: true }),
  publishes: fc.boolean(),
  near: fc.constantFrom(...regions),
});

const anyEdges = fc
  .tuple(
    ...regions.map((region) =>
      fc.tuple(
        fc.constant(region),
        fc.integer({ min: 1, max: 3 }),
        fc.array(anyPerson, { maxLength: 250, size: 'max' }),
      ),
    ),
  )
  .map((edges) => edges.map(([region, workers, people]) => ({ region, workers, people })));

const minutes = 60_000;

describe('rebalancing, for any mesh', () => {
  it('comes to rest, moves nobody back, and overloads no edge that was not', () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        const mesh = new BusyMesh(edges);
        const before = mesh.loads();
        mesh.runFor(5 * minutes);
        const left = new Map<string, Set<string>>();
        for (const { id, from, to } of mesh.moved) {
          expect(left.get(id)?.has(to) ?? false, `${id} came back to ${to}`).toBe(false);
          left.set(id, (left.get(id) ?? new Set()).add(from));
        }
        for (const [id, load] of mesh.loads()) {
          if ((before.get(id) ?? 0) < policy.overloadThreshold) expect(load).toBeLessThan(policy.overloadThreshold);
          else expect(load).toBeLessThanOrEqual(before.get(id) ?? 0);
        }
        const settled = mesh.moved.length;
        mesh.runFor(5 * minutes);
        expect(mesh.moved.length).toBe(settled);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('moves nobody where every edge is overloaded', () => {
    const people = Array.from({ length: 120 }, () => ({ weight: 0.01, publishes: false, near: 'eu-central-1' }));
    const mesh = new BusyMesh(regions.map((region) => ({ region, workers: 1, people })));
    mesh.runFor(5 * minutes);
    expect(mesh.moved).toEqual([]);
  });

  it('brings an overloaded edge below the recovery threshold where a neighbour has room', () => {
    const crowd = (size: number) =>
      Array.from({ length: size }, () => ({ weight: 0.01, publishes: false, near: 'eu-central-1' }));
    const mesh = new BusyMesh([
      { region: 'eu-central-1', workers: 1, people: crowd(110) },
      { region: 'eu-west-3', workers: 1, people: crowd(10) },
    ]);
    mesh.runFor(2 * minutes);
    expect(mesh.loads().get('eu-central-1')).toBeLessThan(policy.recoveryThreshold);
    expect(mesh.moved.length).toBeLessThanOrEqual(41);
  });

  it('gives somebody the edge, or the reason to stay, that a placement among all others gives', () => {
    const anyOthers = fc.tuple(
      ...regions.slice(1).map((region) => fc.tuple(fc.constant(region), anyLoad, fc.boolean())),
    );
    const anyOrigins = fc.subarray(regions, { minLength: 1 });
    const anyAllowed = fc.subarray(regions.slice(1));
    const anyRtts = fc.array(fc.tuple(fc.constantFrom(...regions), fc.double({ min: 0, max: 300, noNaN: true })));
    fc.assert(
      fc.property(anyOthers, anyOrigins, anyAllowed, anyRtts, (others, originIds, allowedRegions, rtts) => {
        const candidates = [
          edge(home, { reportedLoad: 1, overloaded: true }),
          ...others.map(([region, reportedLoad, draining]) => edge(region, { reportedLoad, draining })),
        ];
        const client = clientAt(home, { rttMs: new Map(rtts) });
        const meeting = footprint(originIds);
        const who = { id: 'a', worker: 0, publishes: false, placedAtMs: 0, client, meeting, allowedRegions };
        const overloaded = { id: home, sinceMs: 0, networkLoad: 0, workers: [{ index: 0, load: 1, sessions: 1_000 }] };
        const { moves, heldBack } = rebalance(overloaded, [who], candidates, policy, defaultRebalancePolicy, minutes);
        expect(moves[0] ?? heldBack).toEqual(plainly(who, candidates));
      }),
    );
  });
});

const home = 'eu-central-1';
const anyLoad = fc.double({ min: 0, max: 1, noNaN: true });

/** Places somebody first, and looks how far that is then. */
function plainly({ id, client, meeting, allowedRegions }: Movable, candidates: readonly EdgeCandidate[]) {
  const rules = { ...policy, allowedRegions, overloadThreshold: policy.recoveryThreshold };
  const decision = placeParticipant(candidates.slice(1), client, meeting, rules);
  if (decision.edgeId === undefined) return 'no-room';
  const rttTo = clientRtts(client, candidates);
  const [before = 0, after = 0] = [home, decision.edgeId].flatMap((edgeId) =>
    candidates.filter((one) => one.id === edgeId).map((one) => pathMs(one, rttTo(one), meeting)),
  );
  const { maxStretch, slackMs } = defaultRebalancePolicy;
  if (after > Math.max(maxStretch * before, before + slackMs)) return 'too-far';
  return { id, decision, extraMs: after - before };
}
