import {
  type AskQuestion,
  type HandleQuestion,
  type ListQuestions,
  QuestionAction,
  type VoteQuestion,
  type WithdrawQuestion,
} from '@canopy/proto/questions';
import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import { callerOf } from '../../app/access/caller.ts';
import { questionsPerPage } from '../../core/questions/question.ts';
import { questionActionOfWire } from '../../core/questions/wire.ts';
import { sessionMessage } from '../message.ts';

const questionId = z.uuid();
const text = z.string().max(32_768);

const askSchema = z.object({
  id: questionId,
  text,
  anonymous: z.boolean().default(false),
}) satisfies z.ZodType<AskQuestion>;

export const askQuestion = sessionMessage(askSchema, async (request, { session }, { questions }) => ({
  question: await questions.ask(callerOf(session), request),
}));

const voteSchema = z.object({ questionId, on: z.boolean().default(false) }) satisfies z.ZodType<VoteQuestion>;

export const voteQuestion = sessionMessage(voteSchema, async (request, { session }, { questions }) => {
  await questions.vote(callerOf(session), request.questionId, request.on);
  return { done: {} };
});

const withdrawSchema = z.object({ questionId }) satisfies z.ZodType<WithdrawQuestion>;

export const withdrawQuestion = sessionMessage(withdrawSchema, async (request, { session }, { questions }) => {
  await questions.withdraw(callerOf(session), request.questionId);
  return { done: {} };
});

const handleSchema = z.object({
  questionId,
  action: z.enum(QuestionAction),
  answer: text.default(''),
}) satisfies z.ZodType<HandleQuestion>;

export const handleQuestion = sessionMessage(handleSchema, async (request, { session }, { questions }) => {
  const action = questionActionOfWire(request.action);
  if (action === undefined) throw new CanopyError('MALFORMED_MESSAGE', 'action: none');
  return { question: await questions.handle(callerOf(session), request.questionId, action, request.answer) };
});

const listSchema = z.object({
  cursor: z.string().max(32).default(''),
  limit: z.number().int().min(0).max(questionsPerPage.most).default(0),
}) satisfies z.ZodType<ListQuestions>;

export const listQuestions = sessionMessage(listSchema, async ({ cursor, limit }, { session }, { questions }) => ({
  questionPage: await questions.page(callerOf(session), cursor, limit),
}));
