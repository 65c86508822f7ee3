import { type ChangeRules, LobbyMode } from '@canopy/proto/moderation';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { lobbyOfWire } from '../../core/meeting/rules.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  locked: z.boolean().optional(),
  lobby: z.enum(LobbyMode).exclude(['UNSPECIFIED']).optional(),
  mayUnmute: z.boolean().optional(),
  backstage: z.boolean().optional(),
}) satisfies z.ZodType<ChangeRules>;

export const changeRules = sessionMessage(schema, async ({ lobby, ...change }, { session }, { rules }) => {
  const mode = lobby === undefined ? undefined : lobbyOfWire(lobby);
  await rules.change(principalOf(session), session.meetingId, { ...change, lobby: mode });
  return { done: {} };
});
