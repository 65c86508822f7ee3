import type { Scenario } from '../scenario.ts';

const meetings = 600;

export const scenario: Scenario = {
  description: '600 meetings of two to eight people from one to three cities, starting over ten minutes',
  regions: 12,
  edges: 24,
  edgeCapacity: 300,
  durationMs: 1_800_000,
  viewers: 0,
  meetings(random, viewers) {
    return Array.from({ length: meetings }, () => {
      const startMs = random.unit() * 600_000;
      return {
        startMs,
        publishers: 2 + random.index(7),
        viewers: Math.round(viewers / meetings),
        arrivalMs: 60_000,
        arrivals: 'rush' as const,
        stayMs: 1_200_000,
        endMs: startMs + 300_000 + random.unit() * 900_000,
        backup: 'cold' as const,
        cities: 1 + random.index(3),
      };
    });
  },
  faults: [],
};
