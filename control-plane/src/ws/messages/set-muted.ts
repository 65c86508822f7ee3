import type { SetMuted } from '@canopy/proto/signal';
import { z } from 'zod';
import { trackId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ trackId, muted: z.boolean().default(false) }) satisfies z.ZodType<SetMuted>;

export const setMuted = sessionMessage(schema, async (request, connected, { tracks }) => {
  await tracks.setMuted(connected, request.trackId, request.muted);
  return { done: {} };
});
