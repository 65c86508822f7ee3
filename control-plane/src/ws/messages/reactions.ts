import { stageEmojis } from '@canopy/proto/conversation';
import type { LowerHand, RaiseHand, React } from '@canopy/proto/reactions';
import { z } from 'zod';
import { callerOf } from '../../app/access/caller.ts';
import { sessionMessage } from '../message.ts';

const reactSchema = z.object({ emoji: z.enum(stageEmojis) }) satisfies z.ZodType<React>;

export const react = sessionMessage(reactSchema, async ({ emoji }, { session }, { reactions }) => {
  await reactions.send(callerOf(session), emoji);
  return { done: {} };
});

const raiseSchema = z.object({}) satisfies z.ZodType<RaiseHand>;

export const raiseHand = sessionMessage(raiseSchema, async (_request, { session }, { hands }) => {
  await hands.raise(callerOf(session));
  return { done: {} };
});

const lowerSchema = z.object({ participantId: z.string().max(64).default('') }) satisfies z.ZodType<LowerHand>;

export const lowerHand = sessionMessage(lowerSchema, async ({ participantId }, { session }, { hands }) => {
  await hands.lower(callerOf(session), participantId || session.participantId);
  return { done: {} };
});
