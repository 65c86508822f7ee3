import { TrackKind, type TrackWant } from '../gen/canopy/v1/media.ts';
import type { Track } from '../gen/canopy/v1/signal.ts';
import { priorityOf } from './priority.ts';
import { heard } from './wants.ts';

/** Videos a participant is sent before it says what it shows. */
export const firstVideos = 9;

/** The size assumed for them, in device pixels: a 3 × 3 grid. */
const firstSize = { width: 640, height: 360 };

/**
 * What a participant receives that has not said what it wants: what is audible or may soon be, and of the videos the newest that
 * are not muted. The server chooses so at the join, and the SDK goes on with it. `tracks` is in the order of publication.
 */
export function firstTracks(tracks: readonly Track[], participantId: string): TrackWant[] {
  const others = tracks.filter((track) => track.participantId !== participantId);
  const audio = others.filter((track) => track.kind === TrackKind.AUDIO);
  const video = others.filter((track) => track.kind === TrackKind.VIDEO && !track.muted).slice(-firstVideos);
  return [
    ...heard(audio).map((track) => ({ trackId: track.id, width: 0, height: 0, priority: priorityOf(track) })),
    ...video.map((track) => ({ trackId: track.id, ...firstSize, priority: priorityOf(track) })),
  ];
}
