import type { Deny } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { participantId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ participantId }) satisfies z.ZodType<Deny>;

export const deny = sessionMessage(schema, async (request, { session }, { doorkeeping }) => {
  await doorkeeping.deny(principalOf(session), session.meetingId, request.participantId);
  return { done: {} };
});
