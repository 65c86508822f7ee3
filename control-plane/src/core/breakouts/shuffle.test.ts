import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffle } from './shuffle.ts';

const ids = (maxLength: number) => fc.uniqueArray(fc.uuid(), { maxLength });
const rooms = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 50 });

describe('a random assignment', () => {
  it('gives everybody one of the rooms, and rooms differ by one person at most', () => {
    fc.assert(
      fc.property(ids(200), rooms, fc.nat(), (people, roomIds, seed) => {
        const given = shuffle(people, roomIds, seed);
        expect([...given.keys()].sort()).toEqual([...people].sort());
        const sizes = roomIds.map((room) => [...given.values()].filter((id) => id === room).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is the same for the same seed, in whatever order people are named', () => {
    fc.assert(
      fc.property(ids(50), rooms, fc.nat(), (people, roomIds, seed) => {
        const [one, other] = [people, people.toReversed()].map((order) => shuffle(order, roomIds, seed));
        expect(one).toEqual(other);
      }),
    );
  });

  it('differs from seed to seed', () => {
    const people = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const outcomes = new Set(
      Array.from({ length: 10 }, (_, seed) => {
        const given = shuffle(people, ['a', 'b'], seed);
        return people.map((id) => given.get(id)).join();
      }),
    );
    expect(outcomes.size).toBeGreaterThan(8);
  });

  it('gives nobody a room where there is none', () => {
    expect(shuffle(['p'], [], 1).size).toBe(0);
  });
});
