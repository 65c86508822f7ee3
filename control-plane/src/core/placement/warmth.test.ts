import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edge as edgeIn } from './testing/builders.ts';
import type { EdgeCandidate } from './types.ts';
import { type Audience, edgesForAudience, edgesOfSeats, seatsWithin, seatsWithRoom, type WarmSeats } from './warmth.ts';

const [eu, us, sa] = ['eu-central-1', 'us-east-1', 'sa-east-1'];
const threshold = 0.85;

/** An edge that takes 85 people while it is idle. */
const edge = (id: string, region: string, given: Partial<EdgeCandidate> = {}) =>
  edgeIn(region, { id, loadPerParticipant: 0.01, ...given });

function again(
  audience: Audience,
  edges: EdgeCandidate[],
  seats: WarmSeats,
  participants: Record<string, number> = {},
) {
  return edgesForAudience(audience, edges, threshold, { seats, participants: new Map(Object.entries(participants)) });
}

describe('edges for an announced audience', () => {
  const edges = [edge('eu-1', eu, { reportedLoad: 0.5 }), edge('eu-2', eu), edge('us-1', us)];

  it('are as many as there is need for, the least loaded first', () => {
    expect(edgesForAudience({ [eu]: 10, [us]: 1 }, edges, threshold).edgeIds).toEqual(['eu-2', 'us-1']);
    expect(edgesForAudience({ [eu]: 100 }, edges, threshold)).toEqual({
      seats: { [eu]: { 'eu-2': 85, 'eu-1': 15 } },
      edgeIds: ['eu-1', 'eu-2'],
      short: {},
    });
  });

  it('tell for how many there is no room', () => {
    expect(edgesForAudience({ [us]: 100, [sa]: 7 }, edges, threshold).short).toEqual({ [us]: 15, [sa]: 7 });
  });

  it('are none that take nobody', () => {
    const unfit = [
      edge('a', eu, { draining: true }),
      edge('b', eu, { health: 'dead' }),
      edge('c', eu, { health: 'quarantined' }),
      edge('d', eu, { overloaded: true }),
    ];
    expect(edgesForAudience({ [eu]: 5 }, unfit, threshold)).toEqual({ seats: {}, edgeIds: [], short: { [eu]: 5 } });
  });
});

describe('edges that are prepared already', () => {
  it('stay while they are well, also where others are less loaded by now, or too full for as many as they are there for', () => {
    const edges = [edge('a', eu, { reportedLoad: 0.6 }), edge('b', eu)];
    expect(again({ [eu]: 80 }, edges, { [eu]: { a: 80 } }).edgeIds).toEqual(['a']);
  });

  it.each([
    ['gone', []],
    ['dead', [edge('a', eu, { health: 'dead' })]],
    ['silent', [edge('a', eu, { health: 'silent' })]],
    ['quarantined', [edge('a', eu, { health: 'quarantined' })]],
    ['draining', [edge('a', eu, { draining: true })]],
    ['overloaded', [edge('a', eu, { overloaded: true })]],
    ['in another region by now', [edge('a', us)]],
  ])('give way to another one when they are %s, and only they', (_, lost) => {
    const edges = [...lost, edge('b', eu), edge('c', eu), edge('d', eu)];
    const { seats, edgeIds } = again({ [eu]: 140 }, edges, { [eu]: { a: 85, b: 55 } });
    expect(edgeIds).toEqual(['b', 'c']);
    expect(seats).toEqual({ [eu]: { b: 85, c: 55 } });
  });

  it('take those of a lost one as far as they have room, before another one is prepared', () => {
    const edges = [edge('b', eu, { reportedLoad: 0.1 }), edge('c', eu)];
    expect(again({ [eu]: 70 }, edges, { [eu]: { a: 60, b: 10 } })).toMatchObject({ edgeIds: ['b'], short: {} });
  });

  it('count those who came already among those they are there for', () => {
    const edges = [edge('b', eu, { reportedLoad: 0.35 }), edge('c', eu)];
    const { seats } = again({ [eu]: 100 }, edges, { [eu]: { a: 60, b: 40 } }, { b: 40 });
    expect(seats).toEqual({ [eu]: { b: 90, c: 10 } });
  });

  it('are still there for those who are on them when they are overloaded', () => {
    const edges = [edge('a', eu, { overloaded: true }), edge('b', eu)];
    expect(again({ [eu]: 80 }, edges, { [eu]: { a: 80 } }, { a: 80 }).edgeIds).toEqual(['a']);
    expect(again({ [eu]: 80 }, edges, { [eu]: { a: 80 } }, { a: 50 }).seats).toEqual({ [eu]: { a: 50, b: 30 } });
  });

  it('are joined by overloaded ones, for those of the meeting who are on these and no more', () => {
    const edges = [edge('a', eu, { overloaded: true, reportedLoad: 0.9 }), edge('b', eu), edge('c', eu)];
    expect(again({ [eu]: 150 }, edges, {}, { a: 80 })).toEqual({
      seats: { [eu]: { a: 80, b: 70 } },
      edgeIds: ['a', 'b'],
      short: {},
    });
    expect(again({ [eu]: 10 }, edges.slice(0, 1), {}, { a: 4 })).toMatchObject({ edgeIds: ['a'], short: { [eu]: 6 } });
    expect(again({ [eu]: 50 }, edges, { [eu]: { b: 50 } }, { a: 80 }).edgeIds).toEqual(['b']);
  });

  it('are not cancelled where there is nothing in their place, and do not count as well until they are back', () => {
    const seats = { [eu]: { a: 60, b: 30 } };
    expect(again({ [eu]: 90 }, [], seats)).toEqual({ seats, edgeIds: [], short: { [eu]: 90 } });
    const dead = edge('a', eu, { health: 'dead' });
    expect(again({ [eu]: 90 }, [dead, edge('b', eu)], seats)).toEqual({
      seats: { [eu]: { a: 5, b: 85 } },
      edgeIds: ['b'],
      short: { [eu]: 5 },
    });
    expect(again({ [eu]: 90 }, [edge('a', eu), edge('b', eu)], seats)).toEqual({
      seats,
      edgeIds: ['a', 'b'],
      short: {},
    });
  });

  it('go with a smaller audience, or with their region', () => {
    const edges = [edge('a', eu), edge('b', eu), edge('c', us)];
    const seats = { [eu]: { a: 15, b: 85 }, [us]: { c: 10 } };
    expect(again({ [eu]: 20 }, edges, seats)).toEqual({ seats: { [eu]: { b: 20 } }, edgeIds: ['b'], short: {} });
    expect(again({}, edges, seats)).toEqual({ seats: {}, edgeIds: [], short: {} });
  });
});

describe('of what is prepared', () => {
  const seats = { [eu]: { a: 50, b: 10 }, [us]: { c: 5 } };

  it('that is left for which there is room, and which is for people who are there', () => {
    const edges = [edge('a', eu, { reportedLoad: 0.645 }), edge('b', eu), edge('c', us, { overloaded: true })];
    expect(seatsWithRoom({ seats, participants: new Map([['a', 15]]) }, edges, threshold)).toEqual({
      [eu]: { a: 35, b: 10 },
      [us]: {},
    });
    expect(seatsWithRoom({ seats, participants: new Map() }, [], threshold)).toEqual(seats);
  });

  it('that is left which is where the media may be', () => {
    expect(seatsWithin(seats, [us])).toEqual({ [us]: { c: 5 } });
    for (const everywhere of [undefined, []]) expect(seatsWithin(seats, everywhere)).toEqual(seats);
  });
});

it('keeps what is well, and finds nothing more to do when it is asked again, whatever comes and goes', () => {
  const anyEdge = fc.record({
    health: fc.constantFrom('alive' as const, 'alive' as const, 'dead' as const, 'quarantined' as const),
    draining: fc.boolean(),
    overloaded: fc.boolean(),
    reportedLoad: fc.double({ min: 0, max: 1, noNaN: true }),
    participants: fc.nat(60),
  });
  const anyMesh = fc.array(anyEdge, { maxLength: 8 });
  const regionOf = (index: number) => (index % 2 === 0 ? eu : us);
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.array(anyMesh, { minLength: 1 }), (inEurope, inAmerica, meshes) => {
      const audience = { [eu]: inEurope, [us]: inAmerica };
      let seats: WarmSeats = {};
      for (const given of meshes) {
        const edges = given.map(({ participants: _people, ...rest }, index) => edge(`${index}`, regionOf(index), rest));
        const people = Object.fromEntries(given.map(({ participants }, index) => [`${index}`, participants]));
        const choice = again(audience, edges, seats, people);
        const prepared = edgesOfSeats(seats);
        const isWell = (one: EdgeCandidate) => one.health === 'alive' && !one.draining && !one.overloaded;
        const stay = edges.filter((one) => isWell(one) && prepared.includes(one.id)).map(({ id }) => id);
        expect(choice.edgeIds).toEqual(expect.arrayContaining(stay));
        for (const [region, viewers] of Object.entries(audience)) {
          const there = choice.edgeIds.map((id) => choice.seats[region]?.[id] ?? 0);
          expect(there.reduce((sum, each) => sum + each, choice.short[region] ?? 0)).toBe(viewers);
        }
        expect(edgesOfSeats(again(audience, edges, choice.seats, people).seats)).toEqual(edgesOfSeats(choice.seats));
        seats = choice.seats;
      }
    }),
  );
});
