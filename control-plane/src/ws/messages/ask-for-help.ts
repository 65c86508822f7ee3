import type { AskForHelp } from '@canopy/proto/breakouts';
import { z } from 'zod';
import { sessionMessage } from '../message.ts';

const schema = z.object({ wanted: z.boolean().default(false) }) satisfies z.ZodType<AskForHelp>;

export const askForHelp = sessionMessage(schema, async ({ wanted }, { session }, { breakouts }) => {
  await breakouts.askForHelp(session, wanted);
  return { done: {} };
});
