import { pollBounds } from '@canopy/proto/conversation';
import {
  type ControlPoll,
  type CreatePoll,
  type ListPolls,
  type ListPollVotes,
  PollAction,
  type VotePoll,
} from '@canopy/proto/polls';
import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import { callerOf } from '../../app/access/caller.ts';
import { pollVotesPerPage } from '../../core/polls/poll.ts';
import { pollActionOfWire } from '../../core/polls/wire.ts';
import { sessionMessage } from '../message.ts';

const pollId = z.uuid();
const text = z.string().max(4_096);

const createSchema = z.object({
  id: pollId,
  question: text,
  options: z.array(text).min(pollBounds.fewestOptions).max(pollBounds.mostOptions),
  multiple: z.boolean().default(false),
  anonymous: z.boolean().default(false),
}) satisfies z.ZodType<CreatePoll>;

export const createPoll = sessionMessage(createSchema, async (request, { session }, { polls }) => ({
  poll: await polls.create(callerOf(session), request),
}));

const controlSchema = z.object({ pollId, action: z.enum(PollAction) }) satisfies z.ZodType<ControlPoll>;

export const controlPoll = sessionMessage(controlSchema, async (request, { session }, { polls }) => {
  const action = pollActionOfWire(request.action);
  if (action === undefined) throw new CanopyError('MALFORMED_MESSAGE', 'action: none');
  if (action !== 'delete') return { poll: await polls.moveOn(callerOf(session), request.pollId, action) };
  await polls.remove(callerOf(session), request.pollId);
  return { done: {} };
});

const voteSchema = z.object({
  pollId,
  choices: z.array(z.number().int().min(0)).max(pollBounds.mostOptions),
}) satisfies z.ZodType<VotePoll>;

export const votePoll = sessionMessage(voteSchema, async (request, { session }, { polls }) => {
  await polls.vote(callerOf(session), request.pollId, request.choices);
  return { done: {} };
});

const listSchema = z.object({}) satisfies z.ZodType<ListPolls>;

export const listPolls = sessionMessage(listSchema, async (_request, { session }, { polls }) => ({
  pollList: await polls.list(callerOf(session)),
}));

const votesSchema = z.object({
  pollId,
  cursor: z.string().max(64).default(''),
  limit: z.number().int().min(0).max(pollVotesPerPage.most).default(0),
}) satisfies z.ZodType<ListPollVotes>;

export const listPollVotes = sessionMessage(votesSchema, async (request, { session }, { polls }) => ({
  pollVotePage: await polls.votes(callerOf(session), request.pollId, request.cursor, request.limit),
}));
