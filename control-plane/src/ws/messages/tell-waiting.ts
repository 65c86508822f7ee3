import { longestDoorMessage, unitsPerCharacter } from '@canopy/proto/conversation';
import type { TellWaiting } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { sessionMessage } from '../message.ts';

const text = z
  .string()
  .max(longestDoorMessage * unitsPerCharacter)
  .default('');
const schema = z.object({ text }) satisfies z.ZodType<TellWaiting>;

export const tellWaiting = sessionMessage(schema, async ({ text: said }, { session }, { doorkeeping }) => {
  await doorkeeping.say(principalOf(session), session.meetingId, said);
  return { done: {} };
});
