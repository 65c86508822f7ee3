import { describe, expect, it } from 'vitest';
import type { EdgeCandidate } from '../placement/types.ts';
import { chooseRecorder } from './choose-recorder.ts';

const edge = (id: string, more: Partial<EdgeCandidate> = {}): EdgeCandidate => ({
  id,
  region: 'eu',
  location: { latitude: 0, longitude: 0 },
  health: 'alive',
  draining: false,
  reportedLoad: 0.2,
  reservations: 0,
  loadPerParticipant: 0.01,
  overloaded: false,
  ...more,
});
const members = new Set(['a', 'b', 'c']);
const none: ReadonlySet<string> = new Set();

describe('the edge that records', () => {
  it('is the origin of most tracks, of two such the one with less load', () => {
    const edges = [edge('a'), edge('b'), edge('c', { reportedLoad: 0.1 })];
    expect(chooseRecorder(edges, members, ['b', 'b', 'a'], undefined, none)).toMatchObject({
      edgeId: 'b',
      rule: 'most-tracks',
    });
    expect(chooseRecorder(edges, members, ['c', 'b'], undefined, none).edgeId).toBe('c');
  });

  it('stays the same as long as it can', () => {
    const edges = [edge('a'), edge('b')];
    expect(chooseRecorder(edges, members, ['b', 'b'], 'a', none)).toMatchObject({ edgeId: 'a', rule: 'current' });
  });

  it('has room for all tracks, as far as it tells, and is asked without where none has', () => {
    const [full, tight] = [edge('a', { recordingRoom: 0 }), edge('b', { recordingRoom: 2 })];
    const origins = ['a', 'a'];
    const chosen = (edges: EdgeCandidate[], from = origins) => chooseRecorder(edges, members, from, undefined, none);
    for (const other of [tight, edge('b')]) expect(chosen([full, other])).toMatchObject({ edgeId: 'b', rule: 'room' });
    expect(chosen([full, tight], ['b', 'b'])).toMatchObject({ edgeId: 'b', rule: 'most-tracks' });
    expect(chosen([full, tight], [...origins, 'b'])).toMatchObject({ edgeId: 'a', rule: 'most-tracks' });
    expect(chooseRecorder([full, tight], members, origins, 'a', none)).toMatchObject({
      edgeId: 'a',
      candidates: [{ room: 0 }, { room: 2 }],
    });
  });

  it('is another when it is lost, drains, refused, or has nobody of the meeting any more', () => {
    for (const lost of [{ health: 'dead' }, { health: 'quarantined' }, { draining: true }] as const)
      expect(chooseRecorder([edge('a', lost), edge('b')], members, ['a'], 'a', none).edgeId).toBe('b');
    expect(chooseRecorder([edge('a'), edge('b')], members, ['a'], 'a', new Set(['a'])).edgeId).toBe('b');
    const { rule, candidates } = chooseRecorder([edge('x')], members, ['x'], 'x', none);
    expect([rule, candidates]).toEqual(['none', [{ edgeId: 'x', tracks: 1, rejectedBecause: 'not-in-plan' }]]);
  });
});
