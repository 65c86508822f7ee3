import { describe, expect, it } from 'vitest';
import { loadPerParticipant } from './participant-load.ts';
import { placeParticipant } from './place.ts';
import { clientAt, edge, footprint } from './testing/builders.ts';
import { defaultPlacementPolicy } from './types.ts';

const idle = (count: number) => Array.from({ length: count }, () => ({ load: 0 }));

describe('loadPerParticipant', () => {
  it('assumes a hundredth of a core, spread over the workers, where nobody is yet', () => {
    expect(loadPerParticipant({ workers: idle(1), sessions: 0 })).toBeCloseTo(0.01);
    expect(loadPerParticipant({ workers: idle(8), sessions: 0 })).toBeCloseTo(0.00125);
  });

  it('approaches what those who are there cost', () => {
    const light = loadPerParticipant({ workers: [{ load: 0.2 }, { load: 0.2 }], sessions: 400 });
    expect(light).toBeGreaterThan(0.0005);
    expect(light).toBeLessThan(0.0008);
    const heavy = loadPerParticipant({ workers: [{ load: 0.8 }], sessions: 20 });
    expect(heavy).toBeCloseTo(0.025);
  });

  it('is not moved far by one participant', () => {
    expect(loadPerParticipant({ workers: [{ load: 0.4 }], sessions: 1 })).toBeLessThan(0.03);
  });

  it('says something sensible of an edge whose workers are all being replaced', () => {
    expect(loadPerParticipant({ workers: [], sessions: 3 })).toBeGreaterThan(0);
  });

  it('lets an audience come within one second that its edge has room for', () => {
    const use = { workers: Array.from({ length: 8 }, () => ({ load: 0.1 })), sessions: 50 };
    const report = { reportedLoad: 0.1, loadPerParticipant: loadPerParticipant(use) };
    const decide = (reservations: number) =>
      placeParticipant([edge('eu-west-3', { ...report, reservations })], clientAt('eu-west-3'), footprint([]), {
        ...defaultPlacementPolicy,
      }).edgeId;
    expect(decide(400)).toBe('eu-west-3');
    expect(decide(4_000)).toBeUndefined();
  });
});
