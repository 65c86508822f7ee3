import type { Admit } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { participantId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ participantIds: z.array(participantId).max(500).default([]) }) satisfies z.ZodType<Admit>;

export const admit = sessionMessage(schema, async ({ participantIds }, { session }, { doorkeeping }) => {
  await doorkeeping.admit(principalOf(session), session.meetingId, participantIds);
  return { done: {} };
});
