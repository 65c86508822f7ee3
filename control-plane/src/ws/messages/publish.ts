import type { Publish } from '@canopy/proto/signal';
import { z } from 'zod';
import { rtpParameters, trackId, trackKind, trackSource } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  kind: trackKind,
  source: trackSource,
  rtpParameters,
  muted: z.boolean().default(false),
  trackId: z.literal('').or(trackId).default(''),
}) satisfies z.ZodType<Publish>;

export const publish = sessionMessage(schema, async (request, connected, { tracks }) => ({
  published: { trackId: await tracks.publish(connected, request) },
}));
