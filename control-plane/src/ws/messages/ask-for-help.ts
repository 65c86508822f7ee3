import type { AskForHelp } from '@canopy/proto/breakouts';
import { z } from 'zod';
import { askerOf } from '../../app/breakouts/breakouts.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ wanted: z.boolean().default(false) }) satisfies z.ZodType<AskForHelp>;

export const askForHelp = sessionMessage(schema, async ({ wanted }, { session }, { breakouts }) => {
  await breakouts.askForHelp(askerOf(session), wanted);
  return { done: {} };
});
