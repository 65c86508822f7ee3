import type { TransferHost } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { participantId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ participantId }) satisfies z.ZodType<TransferHost>;

export const transferHost = sessionMessage(schema, async (request, { session }, { roles }) => {
  await roles.transferHost(principalOf(session), session.meetingId, request.participantId);
  return { done: {} };
});
