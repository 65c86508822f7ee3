import type { Leave } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<Leave>;

export const leave = sessionMessage(schema, async (_request, connected, { departing }) => {
  await departing.leave(connected);
  return { done: {} };
});
