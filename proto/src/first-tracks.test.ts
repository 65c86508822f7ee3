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

/** Edges of the version before refuse a longer list. */
const mostEverTaken = 200;

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

  it('are in a meeting of any size no more than an edge of any version takes', () => {
    const sounds = Array.from({ length: 300 }, (_, index) => track(`a${index}`, { kind: TrackKind.AUDIO }));
    const videos = Array.from({ length: 30 }, (_, index) => track(`v${index}`));
    const chosen = ids([...sounds, ...videos]);
    expect(chosen.length).toBeLessThanOrEqual(mostEverTaken);
    expect([chosen.includes('a299'), chosen.includes('a0')]).toEqual([true, false]);
  });

  it('are of the videos the newest nine that show something', () => {
    const videos = Array.from({ length: 12 }, (_, index) => track(`v${index}`, { muted: index === 11 }));
    expect(ids(videos)).toEqual(['v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9', 'v10']);
  });

  it('matter as what is asked for does: a voice before a screen, and that before a face', () => {
    const screen = track('screen', { source: TrackSource.SCREEN });
    const voice = track('voice', { kind: TrackKind.AUDIO, source: TrackSource.MICROPHONE });
    const wants = firstTracks([track('face'), screen, voice], 'me').sort((a, b) => b.priority - a.priority);
    expect(wants.map(({ trackId }) => trackId)).toEqual(['voice', 'screen', 'face']);
    expect(new Set(wants.map(({ priority }) => priority)).size).toBe(3);
  });

  it('are never one’s own', () => {
    expect(ids([track('mine', { participantId: 'me' })])).toEqual([]);
  });
});
