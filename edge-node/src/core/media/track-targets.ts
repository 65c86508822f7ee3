import type { TrackTarget } from '@canopy/proto/edge_media';
import { TrackKind } from '@canopy/proto/media';
import { z } from 'zod';
import type { WantedTrack } from '../subscription/subscription-diff.ts';
import { parseMedia } from './invalid-media.ts';
import { mediaLimits } from './limits.ts';

/** Ids of meetings, participants, tracks and edges: chosen elsewhere, short and printable. */
export const identifier = z.string().regex(/^[\x21-\x7e]{1,128}$/);

const pixels = z.int().min(0).max(mediaLimits.tilePixels);

const targets = z
  .array(
    z.object({
      want: z.object({ trackId: identifier, width: pixels, height: pixels, priority: z.int().min(0).max(255) }),
      originEdgeId: identifier,
      kind: z.enum([TrackKind.AUDIO, TrackKind.VIDEO]),
    }),
  )
  .max(mediaLimits.targetsPerParticipant);

/** Checks the tracks a participant is to receive. Throws INVALID_MEDIA_PARAMETERS. */
export function checkTargets(wanted: readonly TrackTarget[]): WantedTrack[] {
  return parseMedia(targets, wanted, 'targets');
}
