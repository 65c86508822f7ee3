import type { ChooseBreakout } from '@canopy/proto/breakouts';
import { z } from 'zod';
import { askerOf } from '../../app/breakouts/breakouts.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ roomId: z.uuid().or(z.literal('')).default('') }) satisfies z.ZodType<ChooseBreakout>;

export const chooseBreakout = sessionMessage(schema, async ({ roomId }, { session }, { breakouts }) => {
  await breakouts.choose(askerOf(session), roomId);
  return { done: {} };
});
