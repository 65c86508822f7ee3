import { describe, expect, it } from 'vitest';
import { loadPerParticipant, type ReportedUse } from './participant-load.ts';
import { placeParticipant } from './place.ts';
import { clientAt, edge, footprint } from './testing/builders.ts';
import { defaultPlacementPolicy } from './types.ts';

/** What one more adds where these are; their network has nothing to do unless told otherwise. */
const loadOfOne = (use: Partial<ReportedUse>) =>
  loadPerParticipant({ workers: idle(1), sessions: 0, egressBps: 0, egressCapacityBps: 0, ...use });

const idle = (count: number) => Array.from({ length: count }, () => ({ load: 0 }));

describe('loadPerParticipant', () => {
  it('assumes a hundredth of a core, spread over the workers, where nobody is yet', () => {
    expect(loadOfOne({ workers: idle(1), sessions: 0 })).toBeCloseTo(0.01);
    expect(loadOfOne({ workers: idle(8), sessions: 0 })).toBeCloseTo(0.00125);
  });

  it('approaches what those who are there cost', () => {
    const light = loadOfOne({ workers: [{ load: 0.2 }, { load: 0.2 }], sessions: 400 });
    expect(light).toBeGreaterThan(0.0005);
    expect(light).toBeLessThan(0.0008);
    const heavy = loadOfOne({ workers: [{ load: 0.8 }], sessions: 20 });
    expect(heavy).toBeCloseTo(0.025);
  });

  it('is not moved far by one participant', () => {
    expect(loadOfOne({ workers: [{ load: 0.4 }], sessions: 1 })).toBeLessThan(0.03);
  });

  it('heeds what they take of the network, where that is more', () => {
    const use = { workers: idle(8), sessions: 80, egressBps: 450_000_000 };
    expect(loadOfOne({ ...use, egressCapacityBps: 1_000_000_000 })).toBeCloseTo((0.5 * 0.8) / 100, 6);
    expect(loadOfOne({ ...use, egressCapacityBps: 0 })).toBeLessThan(0.001);
  });

  it('charges nobody what a relay sends to other edges', () => {
    const relay = { workers: idle(4), egressBps: 240_000_000, egressCapacityBps: 1_000_000_000 };
    expect(loadOfOne({ ...relay, sessions: 0 })).toBeCloseTo(0.0025);
    expect(loadOfOne({ ...relay, sessions: 5 })).toBeLessThan(0.003);
  });

  it('says something sensible of an edge whose workers are all being replaced', () => {
    expect(loadOfOne({ workers: [], sessions: 3 })).toBeGreaterThan(0);
  });

  it('lets an audience come within one second that its edge has room for', () => {
    const use = { workers: Array.from({ length: 8 }, () => ({ load: 0.1 })), sessions: 50 };
    const report = { reportedLoad: 0.1, loadPerParticipant: loadOfOne(use) };
    const decide = (reservations: number) =>
      placeParticipant([edge('eu-west-3', { ...report, reservations })], clientAt('eu-west-3'), footprint([]), {
        ...defaultPlacementPolicy,
      }).edgeId;
    expect(decide(400)).toBe('eu-west-3');
    expect(decide(4_000)).toBeUndefined();
  });
});
