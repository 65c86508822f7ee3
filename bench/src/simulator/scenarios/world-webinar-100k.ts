import type { Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  description: 'a webinar for 100,000 people in 32 regions who come over ten minutes; two edges die while it runs',
  regions: 32,
  edges: 384,
  edgeCapacity: 600,
  durationMs: 1_200_000,
  viewers: 100_000,
  meetings: (_random, viewers) => [
    {
      startMs: 0,
      publishers: 4,
      viewers,
      arrivalMs: 600_000,
      arrivals: 'rush',
      stayMs: 3_600_000,
      endMs: 1_200_000,
      backup: 'warm',
    },
  ],
  faults: [
    { kind: 'kill-edge', atMs: 500_000, index: 4 },
    { kind: 'kill-edge', atMs: 700_000, index: 17 },
  ],
};
