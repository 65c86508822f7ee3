import { type ChangeRole, Role } from '@canopy/proto/signal';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import { participantId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  participantId,
  role: z.enum([Role.HOST, Role.COHOST, Role.PANELIST, Role.ATTENDEE]),
}) satisfies z.ZodType<ChangeRole>;

export const changeRole = sessionMessage(schema, async (request, { session }, { roles }) => {
  const { participantId: whose, role } = request;
  await roles.change(principalOf(session), session.meetingId, whose, roleOfWire(role));
  return { done: {} };
});
