import type { Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  description: 'every edge is emptied and brought back, one after the other, under a webinar of 8,000 and 60 meetings',
  regions: 12,
  edges: 36,
  edgeCapacity: 600,
  durationMs: 1_800_000,
  viewers: 8_000,
  meetings: (random, viewers) => [
    {
      startMs: 0,
      publishers: 3,
      viewers,
      arrivalMs: 120_000,
      arrivals: 'even',
      stayMs: 7_200_000,
      endMs: 1_800_000,
      backup: 'warm',
    },
    ...Array.from({ length: 60 }, () => ({
      startMs: random.unit() * 60_000,
      publishers: 2 + random.index(5),
      viewers: 0,
      arrivalMs: 30_000,
      arrivals: 'rush' as const,
      stayMs: 7_200_000,
      endMs: 1_800_000,
      backup: 'cold' as const,
      cities: 2,
    })),
  ],
  faults: [{ kind: 'drain-all', atMs: 180_000, pauseMs: 5_000 }],
};
