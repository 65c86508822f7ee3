import { TrackKind, TrackSource } from '../gen/canopy/v1/media.ts';
import type { Track } from '../gen/canopy/v1/signal.ts';

/** What a track is worth beside others, as a want's priority: where bandwidth is short a voice goes before a screen, and that before a face. */
export function priorityOf({ kind, source }: Pick<Track, 'kind' | 'source'>): number {
  if (kind === TrackKind.AUDIO) return 255;
  return source === TrackSource.SCREEN ? 200 : 100;
}
