import { TrackKind, TrackSource } from '@canopy/proto/media';
import { MeetingSnapshot, type Track } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { reroutedBy, reroutedIn } from './rerouted.ts';

const camera: Track = {
  id: 'camera',
  participantId: 'ada',
  kind: TrackKind.VIDEO,
  source: TrackSource.CAMERA,
  muted: false,
  originEdgeId: 'here',
};
const known = { tracks: new Map([[camera.id, camera]]) };

test('a track that is updated comes another way, unless it was muted or unmuted, or was not known', () => {
  const updated = (trackUpdated: Track) => reroutedBy({ trackUpdated }, known);
  expect(updated(camera)).toBe('camera');
  expect(updated({ ...camera, muted: true })).toBeUndefined();
  expect(updated({ ...camera, id: 'other' })).toBeUndefined();
  expect(reroutedBy({ trackPublished: camera }, known)).toBeUndefined();
});

test('of a snapshot those tracks come another way that are new or of another edge', () => {
  const tracks = (...tracks: Track[]) => MeetingSnapshot.fromPartial({ tracks });
  const screen = { ...camera, id: 'screen' };
  expect(reroutedIn(tracks(camera, screen), known)).toEqual(['screen']);
  expect(reroutedIn(tracks({ ...camera, originEdgeId: 'elsewhere' }), known)).toEqual(['camera']);
});
