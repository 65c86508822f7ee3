import type { EndMeeting } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({}) satisfies z.ZodType<EndMeeting>;

export const endMeeting = sessionMessage(schema, async (_request, { session }, { meetings }) => {
  await meetings.end(principalOf(session), session.meetingId);
  return { done: {} };
});
