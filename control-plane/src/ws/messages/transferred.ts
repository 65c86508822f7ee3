import type { Transferred } from '@canopy/proto/signal';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<Transferred>;

export const transferred = sessionMessage(schema, async (_request, connected, { transferring }) => {
  await transferring.finish(connected);
  return { done: {} };
});
