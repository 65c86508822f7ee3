import type { TellWaiting } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ text: z.string().max(1_000).default('') }) satisfies z.ZodType<TellWaiting>;

export const tellWaiting = sessionMessage(schema, async ({ text }, { session }, { doorkeeping }) => {
  await doorkeeping.say(principalOf(session), session.meetingId, text);
  return { done: {} };
});
