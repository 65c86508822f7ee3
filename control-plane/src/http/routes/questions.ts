import { longestMessage, longestQuestion } from '@canopy/proto/conversation';
import type { Question } from '@canopy/proto/questions';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { questionActions, questionStatuses, questionsPerPage } from '../../core/questions/question.ts';
import { questionStatusOfWire } from '../../core/questions/wire.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams } from '../schemas.ts';

const path = '/v1/meetings/:id/questions';
const one = `${path}/:questionId`;
const oneParams = meetingParams.extend({ questionId: z.uuid() });
const described = { tags: ['questions'], security: bearer };
const text = z.string().max(32_768);
const done = z.object({});

const questionBody = z.object({
  id: z.uuid(),
  asker: z.object({ id: z.string(), name: z.string() }).nullable().describe('null: asked without a name'),
  text: z.string(),
  askedAt: z.iso.datetime(),
  status: z.enum(questionStatuses),
  answer: z.string().nullable(),
  answeredBy: z.string().nullable(),
  votes: z.number(),
  mine: z.boolean(),
  voted: z.boolean(),
});

const query = z.object({
  cursor: z.string().max(32).default('').describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(questionsPerPage.most).default(questionsPerPage.usual),
});

const page = z.object({ questions: z.array(questionBody), nextCursor: z.string().nullable() });

/** The questions of a meeting, for API keys and for holders of a join token who are in it. */
export const questionRoutes: FastifyPluginCallbackZod<HttpDeps> = (app, deps, registered) => {
  const { questions, live } = deps;
  app.get(
    path,
    {
      schema: {
        ...described,
        summary: 'What was asked in a meeting',
        description: 'The newest first; attendees see what the meeting’s rules let them.',
        params: meetingParams,
        querystring: query,
        response: { 200: page, ...errorResponses },
      },
    },
    async (request) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: false });
      const found = await questions.page(caller, request.query.cursor, request.query.limit);
      return { questions: found.questions.map(toBody), nextCursor: found.nextCursor || null };
    },
  );
  app.post(
    path,
    {
      schema: {
        ...described,
        summary: 'Asks a question, as somebody in the meeting',
        params: meetingParams,
        body: z.object({
          id: z.uuid().optional().describe('Given again, it is the same question.'),
          text: text.describe(`Plain text of at most ${longestQuestion} characters.`),
          anonymous: z.boolean().default(false).describe('Nobody is told who asks, where the rules allow it.'),
        }),
        response: { 201: questionBody, ...errorResponses },
      },
    },
    async (request, reply) => {
      const caller = await live.caller(await principalOf(deps, request), request.params.id, { running: true });
      const { id, text: asked, anonymous } = request.body;
      return await reply.code(201).send(toBody(await questions.ask(caller, { id, text: asked, anonymous })));
    },
  );
  app.patch(
    one,
    {
      schema: {
        ...described,
        summary: 'Answers, dismisses or reopens a question',
        description: 'For API keys and for hosts, cohosts and panelists.',
        params: oneParams,
        body: z.object({
          action: z.enum(questionActions),
          answer: text
            .default('')
            .describe(`Of an answer in text, at most ${longestMessage} characters; without: it was answered aloud.`),
        }),
        response: { 200: questionBody, ...errorResponses },
      },
    },
    async (request) => {
      const { id, questionId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      return toBody(await questions.handle(caller, questionId, request.body.action, request.body.answer));
    },
  );
  app.delete(
    one,
    {
      schema: {
        ...described,
        summary: 'Withdraws a question, by who asked it or the meeting’s owner',
        params: oneParams,
        response: { 200: done, ...errorResponses },
      },
    },
    async (request) => {
      const { id, questionId } = request.params;
      const caller = await live.caller(await principalOf(deps, request), id, { running: true });
      await questions.withdraw(caller, questionId);
      return {};
    },
  );
  for (const [method, on, summary] of [
    ['put', true, 'Votes for a question, as somebody in the meeting'],
    ['delete', false, 'Takes a vote back'],
  ] as const) {
    app[method](
      `${one}/vote`,
      { schema: { ...described, summary, params: oneParams, response: { 200: done, ...errorResponses } } },
      async (request) => {
        const { id, questionId } = request.params;
        const caller = await live.caller(await principalOf(deps, request), id, { running: true });
        await questions.vote(caller, questionId, on);
        return {};
      },
    );
  }
  registered();
};

function toBody(question: Question): z.output<typeof questionBody> {
  const { id, askerId, askerName, text: asked, askedAtMs, answer, answeredBy, votes, mine, voted } = question;
  return {
    id,
    asker: askerId === '' ? null : { id: askerId, name: askerName },
    text: asked,
    askedAt: new Date(askedAtMs).toISOString(),
    status: questionStatusOfWire(question.status),
    answer: answer || null,
    answeredBy: answeredBy || null,
    votes,
    mine,
    voted,
  };
}
