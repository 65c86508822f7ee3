import { pollBounds } from '@canopy/proto/conversation';
import type { Poll } from '@canopy/proto/polls';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { pollActions, pollStatuses, pollVotesPerPage } from '../../core/polls/poll.ts';
import { pollStatusOfWire } from '../../core/polls/wire.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const path = '/v1/meetings/:id/polls';
const one = `${path}/:pollId`;
const oneParams = meetingParams.extend({ pollId: z.uuid() });
const described = { tags: ['polls'], security: bearer };
const text = z.string().max(4_096);
const done = z.object({});
const choices = z.array(z.number().int().min(0)).max(pollBounds.mostOptions).describe('Indexes of options');

const pollBody = z.object({
  id: z.uuid(),
  question: z.string(),
  options: z.array(z.string()),
  multiple: z.boolean(),
  anonymous: z.boolean(),
  status: z.enum(pollStatuses),
  results: z
    .object({ counts: z.array(z.number()), voters: z.number() })
    .nullable()
    .describe('How many chose each option. null: this caller may not see them yet.'),
  ownChoices: z.array(z.number()),
});

const newPoll = z.object({
  id: z.uuid().optional().describe('Given again, it is the same poll.'),
  question: text.describe(`At most ${pollBounds.question} characters.`),
  options: z
    .array(text)
    .min(pollBounds.fewestOptions)
    .max(pollBounds.mostOptions)
    .describe(`Of at most ${pollBounds.option} characters each, no two the same.`),
  multiple: z.boolean().default(false),
  anonymous: z.boolean().default(false).describe('Nobody is told who chose what.'),
});

/** The polls of a meeting, for API keys and for holders of a join token who are in it. */
export const pollRoutes: FastifyPluginCallbackZod<HttpDeps> = (app, deps, registered) => {
  const { polls, live } = deps;
  app.get(
    path,
    {
      schema: {
        ...described,
        summary: 'The polls of a meeting, with their results',
        params: meetingParams,
        response: { 200: z.object({ polls: z.array(pollBody) }), ...errorResponses },
      },
    },
    async (request) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: false });
      return { polls: (await polls.list(caller)).polls.map(toBody) };
    },
  );
  app.post(
    path,
    {
      schema: {
        ...described,
        summary: 'Prepares a poll',
        description: 'For API keys, hosts and cohosts, like all that changes a poll.',
        params: meetingParams,
        body: newPoll,
        response: { 201: pollBody, ...errorResponses },
      },
    },
    async (request, reply) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: true });
      const { id, question, options, multiple, anonymous } = request.body;
      const poll = await polls.create(caller, { id, question, options, multiple, anonymous });
      return await reply.code(201).send(toBody(poll));
    },
  );
  app.patch(
    one,
    {
      schema: {
        ...described,
        summary: 'Opens a poll, closes it, or shares its results',
        params: oneParams,
        body: z.object({ action: z.enum(pollActions) }),
        response: { 200: pollBody, ...errorResponses },
      },
    },
    async (request) => {
      const { id, pollId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      return toBody(await polls.moveOn(caller, pollId, request.body.action));
    },
  );
  app.delete(
    one,
    {
      schema: {
        ...described,
        summary: 'Deletes a poll with all votes',
        params: oneParams,
        response: { 200: done, ...errorResponses },
      },
    },
    async (request) => {
      const { id, pollId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      await polls.remove(caller, pollId);
      return {};
    },
  );
  app.put(
    `${one}/vote`,
    {
      schema: {
        ...described,
        summary: 'Votes, in place of what was chosen before, as somebody in the meeting',
        params: oneParams,
        body: z.object({ choices }),
        response: { 200: done, ...errorResponses },
      },
    },
    async (request) => {
      const { id, pollId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      await polls.vote(caller, pollId, request.body.choices);
      return {};
    },
  );
  app.get(
    `${one}/votes`,
    {
      schema: {
        ...described,
        summary: 'Who chose what in a poll that is not anonymous',
        params: oneParams,
        querystring: z.object({
          cursor: z.string().max(64).default('').describe('`nextCursor` of the page before'),
          limit: z.coerce.number().int().min(1).max(pollVotesPerPage.most).default(pollVotesPerPage.usual),
        }),
        response: {
          200: z.object({
            votes: z.array(z.object({ participantId: z.string(), name: z.string(), choices: z.array(z.number()) })),
            nextCursor: z.string().nullable(),
          }),
          ...errorResponses,
        },
      },
    },
    async (request) => {
      const { id, pollId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: false });
      const { votes, nextCursor } = await polls.votes(caller, pollId, request.query.cursor, request.query.limit);
      return { votes, nextCursor: nextCursor || null };
    },
  );
  registered();
};

function toBody(poll: Poll): z.output<typeof pollBody> {
  const { id, question, options, multiple, anonymous, status, results, ownChoices } = poll;
  return {
    id,
    question,
    options,
    multiple,
    anonymous,
    status: pollStatusOfWire(status),
    results: results === undefined ? null : { counts: results.counts, voters: results.voters },
    ownChoices,
  };
}
