import { describe, expect, it } from 'vitest';
import { defaultRebalancePolicy, type Movable, rebalance } from './rebalance.ts';
import { clientAt, edge, footprint } from './testing/builders.ts';
import { type EdgeCandidate, defaultPlacementPolicy as placement } from './types.ts';

const nowMs = 1_000_000;
const meeting = footprint(['eu-central-1', 'eu-west-3'], ['eu-central-1']);

function person(id: string, changes: Partial<Movable> = {}): Movable {
  const known = { worker: 0, publishes: false, placedAtMs: 0, client: clientAt('eu-central-1'), meeting };
  return { id, ...known, allowedRegions: [], ...changes };
}

function crowd(size: number, changes: Partial<Movable> = {}): Movable[] {
  return Array.from({ length: size }, (_, index) => person(`p${String(index).padStart(3, '0')}`, changes));
}

const full = edge('eu-central-1', { reportedLoad: 1, overloaded: true });
const nearby = edge('eu-west-3');
const far = edge('ap-southeast-2');

/** Ten sessions on the one worker of Frankfurt that is full, unless told otherwise. */
function decide(
  people: readonly Movable[],
  candidates: readonly EdgeCandidate[],
  { sinceMs = nowMs - 5_000, workers = [{ index: 0, load: 1, sessions: people.length }], networkLoad = 0 } = {},
) {
  const overloaded = { id: 'eu-central-1', sinceMs, networkLoad, workers };
  const { moves, heldBack } = rebalance(overloaded, people, candidates, placement, defaultRebalancePolicy, nowMs);
  return { heldBack, moves: moves.map(({ id, decision }) => `${id} to ${decision.edgeId}`) };
}

describe('an edge that is overloaded', () => {
  it('gives away as many as bring it down to the recovery threshold, to the edge that serves them best', () => {
    const { moves } = decide(crowd(10), [full, nearby, far]);
    expect(moves).toEqual(['p000', 'p001', 'p002', 'p003'].map((id) => `${id} to eu-west-3`));
  });

  it('keeps them until it has been overloaded for a while', () => {
    expect(decide(crowd(10), [full, nearby], { sinceMs: nowMs - 4_999 })).toEqual({ heldBack: 'too-soon', moves: [] });
  });

  it('gives away those who lose least, and publishers last', () => {
    const people = [
      person('a', { publishes: true, client: clientAt('eu-west-3') }),
      person('b', { client: clientAt('eu-central-1') }),
      person('c', { client: clientAt('eu-west-3') }),
      person('d', { client: clientAt('eu-west-2') }),
    ];
    const workers = [{ index: 0, load: 1.3, sessions: 4 }];
    expect(decide(people, [full, nearby], { workers }).moves).toEqual(['c to eu-west-3', 'd to eu-west-3']);
    const all = [{ index: 0, load: 1.6, sessions: 4 }];
    expect(decide(people, [full, edge('eu-west-3', { loadPerParticipant: 0.01 })], { workers: all }).moves).toEqual([
      'c to eu-west-3',
    ]);
  });

  it('takes them from its hot workers only, whatever the mean is', () => {
    const people = [...crowd(10), ...crowd(10, { worker: 1 }).map((one) => ({ ...one, id: `cool ${one.id}` }))];
    const workers = [
      { index: 0, load: 0.9, sessions: 10 },
      { index: 1, load: 0.1, sessions: 10 },
    ];
    const { moves } = decide(people, [full, nearby], { workers });
    expect(moves).toEqual(['p000 to eu-west-3', 'p001 to eu-west-3', 'p002 to eu-west-3']);
  });

  it('takes them from all workers alike where it is the network that is full', () => {
    const people = [...crowd(10), ...crowd(10, { worker: 1 }).map((one) => ({ ...one, id: `q ${one.id}` }))];
    const workers = [0, 1].map((index) => ({ index, load: 0.2, sessions: 10 }));
    const { moves } = decide(people, [full, nearby], { workers, networkLoad: 0.9 });
    expect(moves.filter((move) => move.startsWith('q'))).toHaveLength(3);
    expect(moves).toHaveLength(6);
  });

  it('fills no other network above the recovery threshold, by what all its sessions take together', () => {
    const workers = [0, 1].map((index) => ({ index, load: 0.2, sessions: 5 }));
    const people = [...crowd(5), ...crowd(5, { worker: 1 }).map((one) => ({ ...one, id: `q ${one.id}` }))];
    const half = edge('eu-west-3', { reportedLoad: 0.5 });
    expect(decide(people, [full, half], { workers, networkLoad: 1 }).moves).toHaveLength(2);
  });

  it('lets those rest who came a moment ago', () => {
    const people = crowd(10, { placedAtMs: nowMs - 59_999 });
    expect(decide(people, [full, nearby])).toEqual({ heldBack: 'nobody-movable', moves: [] });
  });

  it('keeps everybody where no other edge would stay below the recovery threshold', () => {
    const busy = edge('eu-west-3', { reportedLoad: 0.7 });
    expect(decide(crowd(10), [full, busy])).toEqual({ heldBack: 'no-room', moves: [] });
    const promised = edge('eu-west-3', { reportedLoad: 0.5, reservations: 2 });
    expect(decide(crowd(10), [full, promised])).toEqual({ heldBack: 'no-room', moves: [] });
  });

  it('fills no other edge above the recovery threshold, even where a session costs more than is assumed', () => {
    const half = edge('eu-west-3', { reportedLoad: 0.5, loadPerParticipant: 0.001 });
    expect(decide(crowd(10), [full, half]).moves).toHaveLength(2);
  });

  it('sends nobody around the world', () => {
    expect(decide(crowd(10), [full, far])).toEqual({ heldBack: 'too-far', moves: [] });
  });

  it('sends nobody where its media must not be, nor to an edge that drains', () => {
    const people = crowd(10, { allowedRegions: ['eu-central-1', 'eu-west-2'] });
    expect(decide(people, [full, nearby]).heldBack).toBe('no-room');
    expect(decide(people, [full, nearby, edge('eu-west-2', { draining: true })]).heldBack).toBe('no-room');
    expect(decide(people, [full, nearby, edge('eu-west-2')]).moves).toHaveLength(4);
  });
});
