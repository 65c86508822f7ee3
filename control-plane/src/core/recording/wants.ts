import { TrackKind, type TrackWant } from '@canopy/proto/media';
import { priorityOf } from '@canopy/proto/priority';
import type { Track } from '@canopy/proto/signal';

/** An edge records so many tracks of a meeting, and refuses all of more (its `mediaLimits.targetsPerParticipant`). */
export const mostRecorded = 200;

/** The best there is of a track. */
export function wantOf(track: Track): TrackWant {
  const size = track.kind === TrackKind.AUDIO ? { width: 0, height: 0 } : { width: 1_920, height: 1_080 };
  return { trackId: track.id, ...size, priority: priorityOf(track) };
}

/** What is recorded of these tracks: no muted ones, and of too many those that matter most, of such the first. */
export function recordable(tracks: readonly Track[]): { recorded: Track[]; leftOut: number } {
  const ranked = tracks.filter(({ muted }) => !muted).sort((a, b) => wantOf(b).priority - wantOf(a).priority);
  return { recorded: ranked.slice(0, mostRecorded), leftOut: Math.max(0, ranked.length - mostRecorded) };
}
