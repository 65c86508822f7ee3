import type { Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  description: 'a webinar of 20,000 and 100 meetings lose every edge in eu-central-1 at once',
  regions: 12,
  edges: 72,
  edgeCapacity: 600,
  durationMs: 600_000,
  viewers: 20_000,
  meetings: (random, viewers) => [
    {
      startMs: 0,
      publishers: 3,
      viewers,
      arrivalMs: 120_000,
      arrivals: 'even',
      stayMs: 1_800_000,
      endMs: 600_000,
      backup: 'warm',
    },
    ...Array.from({ length: 100 }, () => ({
      startMs: random.unit() * 60_000,
      publishers: 2 + random.index(5),
      viewers: 0,
      arrivalMs: 30_000,
      arrivals: 'rush' as const,
      stayMs: 1_200_000,
      endMs: 600_000,
      backup: 'cold' as const,
      cities: 2,
    })),
  ],
  faults: [{ kind: 'kill-region', atMs: 300_000, region: 'eu-central-1' }],
};
