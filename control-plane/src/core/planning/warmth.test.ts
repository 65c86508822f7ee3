import { describe, expect, it } from 'vitest';
import type { EdgeCandidate } from '../placement/types.ts';
import { edgesForAudience } from './warmth.ts';

const edge = (id: string, region: string, given: Partial<EdgeCandidate> = {}): EdgeCandidate => ({
  id,
  region,
  location: { latitude: 0, longitude: 0 },
  health: 'alive',
  draining: false,
  reportedLoad: 0,
  reservations: 0,
  loadPerParticipant: 0.01,
  overloaded: false,
  ...given,
});

describe('edges for an announced audience', () => {
  const edges = [edge('eu-1', 'eu', { reportedLoad: 0.5 }), edge('eu-2', 'eu'), edge('us-1', 'us')];

  it('are as many as there is need for, the least loaded first', () => {
    expect(edgesForAudience({ eu: 10, us: 1 }, edges, 0.85).edgeIds).toEqual(['eu-2', 'us-1']);
    expect(edgesForAudience({ eu: 100 }, edges, 0.85)).toEqual({ edgeIds: ['eu-1', 'eu-2'], short: {} });
  });

  it('tell for how many there is no room', () => {
    expect(edgesForAudience({ us: 100, sa: 7 }, edges, 0.85).short).toEqual({ us: 15, sa: 7 });
  });

  it('are none that take nobody', () => {
    const unfit = [edge('a', 'eu', { draining: true }), edge('b', 'eu', { health: 'dead' })];
    expect(edgesForAudience({ eu: 5 }, unfit, 0.85)).toEqual({ edgeIds: [], short: { eu: 5 } });
  });
});
