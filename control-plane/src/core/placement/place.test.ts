import { describe, expect, it } from 'vitest';
import { placeParticipant } from './place.ts';
import { clientAt, edge, footprint } from './testing/builders.ts';
import {
  type ClientView,
  emptyFootprint,
  type PlacementDecision,
  defaultPlacementPolicy as policy,
  withoutDistances,
  withoutPlace,
} from './types.ts';

const frankfurt = 'eu-central-1';
const london = 'eu-west-2';
const sydney = 'ap-southeast-2';
const saoPaulo = 'sa-east-1';

function rejection(decision: PlacementDecision, edgeId: string) {
  return decision.candidates.find((candidate) => candidate.edgeId === edgeId)?.rejectedBecause;
}

describe('placeParticipant', () => {
  it('places the first participant on the nearest edge', () => {
    const edges = [edge(sydney), edge(frankfurt), edge(saoPaulo)];
    for (const region of [sydney, frankfurt, saoPaulo]) {
      const decision = placeParticipant(edges, clientAt(region), emptyFootprint, policy);
      expect(decision).toMatchObject({ edgeId: region, rule: 'least-path' });
    }
  });

  it('gives every candidate a score or the rule that rejected it', () => {
    const edges = [
      edge(frankfurt),
      edge('us-east-1'),
      edge(london, { health: 'dead' }),
      edge('eu-west-1', { health: 'quarantined' }),
      edge('eu-north-1', { health: 'silent' }),
      edge('eu-west-3', { draining: true }),
      edge('eu-south-1', { overloaded: true }),
    ];
    const european = ['eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-south-1', 'eu-north-1'];
    const decision = placeParticipant(edges, clientAt(frankfurt), emptyFootprint, {
      ...policy,
      allowedRegions: european,
    });
    expect(decision.edgeId).toBe(frankfurt);
    expect(decision.rule).toBe('below-overload');
    expect(decision.candidates.map(({ edgeId }) => edgeId)).toEqual(edges.map(({ id }) => id));
    expect(rejection(decision, 'us-east-1')).toBe('residency');
    expect(rejection(decision, london)).toBe('alive');
    expect(rejection(decision, 'eu-north-1')).toBe('alive');
    expect(rejection(decision, 'eu-west-1')).toBe('not-quarantined');
    expect(rejection(decision, 'eu-west-3')).toBe('not-draining');
    expect(rejection(decision, 'eu-south-1')).toBe('below-overload');
  });

  it('tells of what each score is the sum', () => {
    const edges = [edge(frankfurt, { reportedLoad: 0.5 }), edge(london), edge(sydney, { doubtful: true })];
    const { candidates } = placeParticipant(edges, clientAt(london), footprint([frankfurt]), policy);
    const [busy, fresh, doubted] = candidates.map(({ parts }) => parts);
    expect(busy).toEqual({ publishersMs: 0, loadMs: 10, newEdgeMs: 0, doubtMs: 0 });
    expect(fresh).toMatchObject({ loadMs: 0, newEdgeMs: 5, doubtMs: 0 });
    expect(fresh?.publishersMs).toBeGreaterThan(2);
    expect(doubted).toMatchObject({ newEdgeMs: 5, doubtMs: 1_000 });
    for (const { score, clientRttMs = 0, parts } of candidates)
      expect(score).toBeCloseTo(Object.values(parts ?? {}).reduce((sum, ms) => sum + ms, clientRttMs));
  });

  it('says where the client was taken to be, and by what', () => {
    const taken = (client: ClientView) => placeParticipant([edge(london)], client, emptyFootprint, policy).taken;
    const { rttMs } = clientAt(london);
    const location = { latitude: 51.51, longitude: -0.13 };
    expect(taken(clientAt(london, { saysItself: true }))).toEqual({ source: 'client', location });
    expect(taken(clientAt(london))).toEqual({ source: 'address', location });
    expect(taken({ rttMs: new Map([[london, 5]]) })).toEqual({ source: 'measured' });
    expect(taken({ rttMs })).toEqual({ source: 'unknown' });
  });

  it('is told to others without what says where somebody is', () => {
    const told = withoutDistances(placeParticipant([edge(london)], clientAt(london), emptyFootprint, policy));
    expect(told).toEqual({
      edgeId: london,
      rule: 'least-path',
      candidates: [{ edgeId: london, region: london, load: 0 }],
    });
  });

  it('is told to whom the meeting belongs with all but the place', () => {
    const decision = placeParticipant([edge(london)], clientAt(london), emptyFootprint, policy);
    expect(withoutPlace(decision)).toEqual({ ...decision, taken: { source: 'address' } });
  });

  it('says how much longer the way is than over the best edge, a full one included, but none that is gone or not allowed', () => {
    const regret = (edges: Parameters<typeof placeParticipant>[0], allowedRegions: string[] = []) =>
      placeParticipant(edges, clientAt(frankfurt), emptyFootprint, { ...policy, allowedRegions }).regretMs;
    expect(regret([edge(frankfurt), edge(sydney)])).toBe(0);
    expect(regret([edge(frankfurt, { overloaded: true }), edge(london)])).toBeGreaterThan(5);
    expect(regret([edge(frankfurt, { draining: true }), edge(london)])).toBeGreaterThan(5);
    expect(regret([edge(frankfurt, { health: 'dead' }), edge(london)])).toBe(0);
    expect(regret([edge(frankfurt), edge(london)], [london])).toBe(0);
    expect(regret([edge(frankfurt, { draining: true })])).toBeUndefined();
  });

  it('names the first rule that an edge breaks', () => {
    const edges = [edge(london, { health: 'dead', draining: true, overloaded: true })];
    const decision = placeParticipant(edges, clientAt(london), emptyFootprint, policy);
    expect(decision.edgeId).toBeUndefined();
    expect(decision.rule).toBe('alive');
  });

  it('chooses nobody when there is nobody', () => {
    expect(placeParticipant([], { rttMs: new Map() }, emptyFootprint, policy)).toEqual({
      rule: 'least-path',
      candidates: [],
      taken: { source: 'unknown' },
    });
  });

  it('minimises the way to the publishers, not the way to the edge', () => {
    // Dublin's own edge is nearer, but the meeting is in Frankfurt and London already.
    const edges = [edge(frankfurt), edge(london), edge('eu-west-1')];
    const decision = placeParticipant(
      edges,
      clientAt('eu-west-1'),
      footprint([frankfurt, london], [frankfurt]),
      policy,
    );
    expect(decision.edgeId).toBe(london);
  });

  it('opens a near edge for somebody far away', () => {
    const edges = [edge(frankfurt), edge(sydney)];
    const decision = placeParticipant(edges, clientAt(sydney), footprint([frankfurt]), policy);
    expect(decision.edgeId).toBe(sydney);
  });

  it('weighs what the reservations add as much as what was reported', () => {
    const edges = [
      edge(frankfurt, { reportedLoad: 0.1, reservations: 400 }),
      edge(london, { reportedLoad: 0.1 }),
      edge(sydney),
    ];
    const decision = placeParticipant(edges, clientAt(frankfurt), emptyFootprint, policy);
    expect(rejection(decision, frankfurt)).toBe('below-overload');
    expect(decision.edgeId).toBe(london);
  });

  it('goes round an edge that may be lost, however near, but takes it before none', () => {
    const near = edge(frankfurt, { doubtful: true });
    expect(placeParticipant([near, edge(sydney)], clientAt(frankfurt), emptyFootprint, policy).edgeId).toBe(sydney);
    expect(placeParticipant([near], clientAt(frankfurt), emptyFootprint, policy).edgeId).toBe(frankfurt);
  });

  it('lets a measured RTT beat the estimate', () => {
    const edges = [edge(frankfurt), edge(london)];
    const rttMs = new Map([
      [frankfurt, 120],
      [london, 15],
    ]);
    const decision = placeParticipant(edges, clientAt(frankfurt, { rttMs }), emptyFootprint, policy);
    expect(decision.edgeId).toBe(london);
    expect(decision.candidates[0]).toMatchObject({ clientRttMs: 120, rttSource: 'measured' });
  });

  it('draws the estimate towards what the network remembers, by its weight', () => {
    const edges = [edge(frankfurt), edge(london)];
    const choice = (weight: number) => {
      const rememberedRtt = new Map([[frankfurt, { rttMs: 120, weight }]]);
      return placeParticipant(edges, clientAt(frankfurt, { rememberedRtt }), emptyFootprint, policy).edgeId;
    };
    expect(choice(0.9)).toBe(london);
    expect(choice(0.01)).toBe(frankfurt);
  });

  it('does not take an edge nobody measured for nearer than those a slow last mile was measured to', () => {
    const edges = [edge(frankfurt), edge(london), edge('eu-west-3')];
    const rttMs = new Map([
      [frankfurt, 68],
      [london, 78],
    ]);
    const decision = placeParticipant(edges, clientAt(frankfurt, { rttMs }), emptyFootprint, policy);
    expect(decision.edgeId).toBe(frankfurt);
    expect(decision.candidates[2]?.rttSource).toBe('estimated');
    expect(decision.candidates[2]?.clientRttMs).toBeGreaterThan(68);
  });

  it('finds the way through the edges it knows when the place is unknown', () => {
    const edges = [edge(saoPaulo), edge(london), edge(frankfurt)];
    const client = { rttMs: new Map([[frankfurt, 5]]), rememberedRtt: new Map([[london, { rttMs: 300, weight: 1 }]]) };
    const decision = placeParticipant(edges, client, emptyFootprint, policy);
    expect(decision.edgeId).toBe(frankfurt);
    expect(decision.candidates[0]).toMatchObject({ edgeId: saoPaulo, rttSource: 'estimated' });
    expect(decision.candidates[0]?.clientRttMs).toBeGreaterThan(150);
  });

  it('goes by the publishers and the load when nothing is known about the client', () => {
    const edges = [edge(frankfurt), edge(sydney)];
    const decision = placeParticipant(edges, { rttMs: new Map() }, footprint([sydney]), policy);
    expect(decision.edgeId).toBe(sydney);
    expect(decision.candidates[0]).toMatchObject({ rttSource: 'unknown' });
  });

  it('settles a tie by load, then by id, whatever the order', () => {
    const twins = [edge(london, { id: 'b' }), edge(london, { id: 'a' })];
    for (const edges of [twins, twins.toReversed()]) {
      expect(placeParticipant(edges, clientAt(london), emptyFootprint, policy).edgeId).toBe('a');
    }
    const indifferent = { ...policy, loadPenaltyMs: 0 };
    const busier = [edge(london, { id: 'a', reportedLoad: 0.2 }), edge(london, { id: 'b', reportedLoad: 0.1 })];
    expect(placeParticipant(busier, clientAt(london), emptyFootprint, indifferent).edgeId).toBe('b');
  });

  it('keeps a meeting in one region together as long as its edge has room', () => {
    const edges = [edge('eu-central-1'), edge('eu-central-1', { id: 'eu-central-1b' })];
    const meeting = { participants: new Map([['eu-central-1b', 5]]), originIds: ['eu-central-1b'], pathMs: () => 0.3 };
    expect(placeParticipant(edges, clientAt(frankfurt), meeting, policy).edgeId).toBe('eu-central-1b');
  });
});
