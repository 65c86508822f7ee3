import { type ChangeRules, LobbyMode } from '@canopy/proto/moderation';
import { QuestionMode } from '@canopy/proto/questions';
import { z } from 'zod';
import { principalOf } from '../../app/session/principal.ts';
import { lobbyOfWire, questionSettingOfWire } from '../../core/meeting/rules.ts';
import { sessionMessage } from '../message.ts';

const schema = z.object({
  locked: z.boolean().optional(),
  lobby: z.enum(LobbyMode).exclude(['UNSPECIFIED']).optional(),
  mayUnmute: z.boolean().optional(),
  backstage: z.boolean().optional(),
  questions: z.enum(QuestionMode).exclude(['UNSPECIFIED']).optional(),
  anonymousQuestions: z.boolean().optional(),
}) satisfies z.ZodType<ChangeRules>;

export const changeRules = sessionMessage(schema, async ({ lobby, questions, ...change }, { session }, { rules }) => {
  await rules.change(principalOf(session), session.meetingId, {
    ...change,
    lobby: lobby === undefined ? undefined : lobbyOfWire(lobby),
    questions: questions === undefined ? undefined : questionSettingOfWire(questions),
  });
  return { done: {} };
});
