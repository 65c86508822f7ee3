import type { Unpublish } from '@canopy/proto/signal';
import { z } from 'zod';
import { trackId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ trackId }) satisfies z.ZodType<Unpublish>;

export const unpublish = sessionMessage(schema, async (request, connected, { tracks }) => {
  await tracks.unpublish(connected, request.trackId);
  return { done: {} };
});
