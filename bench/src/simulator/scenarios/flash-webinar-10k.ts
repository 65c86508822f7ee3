import type { Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  description: 'a webinar that 10,000 people join within a minute',
  regions: 12,
  edges: 36,
  edgeCapacity: 600,
  durationMs: 600_000,
  viewers: 10_000,
  meetings: (_random, viewers) => [
    {
      startMs: 0,
      publishers: 3,
      viewers,
      arrivalMs: 60_000,
      arrivals: 'rush',
      stayMs: 900_000,
      endMs: 600_000,
      backup: 'warm',
    },
  ],
  faults: [],
};
