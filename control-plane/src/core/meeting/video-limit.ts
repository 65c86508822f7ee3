import { TrackKind, type TrackWant } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';

/** Videos that one participant receives at once. */
export const mostVideos = 25;

/**
 * What of `wants` is within the limit: everything that is no video, and of the videos those with the highest priority, the
 * larger ones first. Both lists keep their order.
 */
export function withinVideoLimit(
  wants: readonly TrackWant[],
  tracks: readonly Track[],
): { granted: TrackWant[]; surplus: TrackWant[] } {
  const videoIds = new Set(tracks.filter(({ kind }) => kind === TrackKind.VIDEO).map(({ id }) => id));
  const videos = wants.filter(({ trackId }) => videoIds.has(trackId));
  const surplus = new Set(videos.sort(mostWantedFirst).slice(mostVideos));
  return { granted: wants.filter((want) => !surplus.has(want)), surplus: wants.filter((want) => surplus.has(want)) };
}

function mostWantedFirst(a: TrackWant, b: TrackWant): number {
  return b.priority - a.priority || b.width * b.height - a.width * a.height;
}
