import type { SetSpotlight } from '@canopy/proto/signal';
import { z } from 'zod';
import { callerOf } from '../../app/access/caller.ts';
import { idSchema } from '../../core/meeting/text.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  participantId: idSchema,
  on: z.boolean().default(false),
}) satisfies z.ZodType<SetSpotlight>;

export const setSpotlight = sessionMessage(schema, async ({ participantId, on }, { session }, { showing }) => {
  await showing.spotlight(callerOf(session), participantId, on);
  return { done: {} };
});
