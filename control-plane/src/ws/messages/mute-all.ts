import type { MuteAll } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ mayUnmute: z.boolean().default(false) }) satisfies z.ZodType<MuteAll>;

export const muteAll = sessionMessage(schema, async ({ mayUnmute }, { session }, { moderating }) => {
  await moderating.muteAll(principalOf(session), session.meetingId, mayUnmute);
  return { done: {} };
});
