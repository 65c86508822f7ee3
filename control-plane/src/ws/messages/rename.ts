import type { Rename } from '@canopy/proto/signal';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { participantId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({ participantId, name: z.string().min(1).max(256) }) satisfies z.ZodType<Rename>;

export const rename = sessionMessage(schema, async (request, { session }, { naming }) => {
  await naming.rename(principalOf(session), session.meetingId, request.participantId, request.name);
  return { done: {} };
});
