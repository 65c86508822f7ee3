import type { GetTrackPath } from '@canopy/proto/signal';
import { z } from 'zod';
import { trackId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ trackId }) satisfies z.ZodType<GetTrackPath>;

export const getTrackPath = sessionMessage(schema, async (request, connected, { transports }) => ({
  path: await transports.path(connected, request.trackId),
}));
