import type { MediaUnreachable } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<MediaUnreachable>;

export const mediaUnreachable = sessionMessage(schema, async (_request, connected, { unreachable }) => {
  unreachable.reported(connected);
  return { done: {} };
});
