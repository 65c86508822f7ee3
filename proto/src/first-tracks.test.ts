import { describe, expect, it } from 'vitest';
import { TrackKind, TrackSource } from '../gen/canopy/v1/media.ts';
import type { Track } from '../gen/canopy/v1/signal.ts';
import { firstTracks } from './first-tracks.ts';

function track(id: string, changes: Partial<Track> = {}): Track {
  return {
    id,
    participantId: `owner-of-${id}`,
    kind: TrackKind.VIDEO,
    source: TrackSource.CAMERA,
    muted: false,
    originEdgeId: 'e1',
    ...changes,
  };
}

const ids = (tracks: Track[]) => firstTracks(tracks, 'me').map(({ trackId }) => trackId);

describe('the first tracks', () => {
  it('are all that is audible, muted or not, for it may be unmuted any moment', () => {
    const audio = { kind: TrackKind.AUDIO, source: TrackSource.MICROPHONE };
    expect(ids([track('a', audio), track('b', { ...audio, muted: true })])).toEqual(['a', 'b']);
  });

  it('are in a large meeting only the microphones that are on', () => {
    const audio = { kind: TrackKind.AUDIO, source: TrackSource.MICROPHONE };
    const many = Array.from({ length: 60 }, (_, index) => track(`a${index}`, { ...audio, muted: index > 1 }));
    expect(ids(many)).toEqual(['a0', 'a1']);
  });

  it('are of the videos the newest nine that show something', () => {
    const videos = Array.from({ length: 12 }, (_, index) => track(`v${index}`, { muted: index === 11 }));
    expect(ids(videos)).toEqual(['v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9', 'v10']);
  });

  it('are never one’s own', () => {
    expect(ids([track('mine', { participantId: 'me' })])).toEqual([]);
  });
});
