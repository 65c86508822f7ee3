import { type Moderate, Moderation } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import type { ModerationName } from '../../core/access/moderation.ts';
import { participantId } from '../media-schemas.ts';
import { sessionMessage } from '../message.ts';

const names: Readonly<Record<Exclude<Moderation, 'MODERATION_UNSPECIFIED'>, ModerationName>> = {
  [Moderation.MUTE]: 'mute',
  [Moderation.ASK_TO_UNMUTE]: 'ask-to-unmute',
  [Moderation.STOP_CAMERA]: 'stop-camera',
  [Moderation.STOP_SCREEN]: 'stop-screen',
  [Moderation.REMOVE]: 'remove',
  [Moderation.BAN]: 'ban',
};

const schema = z.object({
  participantId,
  moderation: z.enum(Moderation).exclude(['UNSPECIFIED']),
}) satisfies z.ZodType<Moderate>;

export const moderate = sessionMessage(schema, async (request, { session }, { moderating }) => {
  const name = names[request.moderation];
  await moderating.moderate(principalOf(session), session.meetingId, request.participantId, name);
  return { done: {} };
});
