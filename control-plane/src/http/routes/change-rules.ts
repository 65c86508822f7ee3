import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { lobbyModes } from '../../core/meeting/rules.ts';
import { questionSettings } from '../../core/questions/question.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, meetingParams, toMeetingBody } from '../schemas.ts';

const body = z.object({
  locked: z.boolean().optional().describe('Nobody new comes in but hosts'),
  lobby: z.enum(lobbyModes).optional(),
  mayUnmute: z.boolean().optional(),
  backstage: z.boolean().optional().describe('false: a webinar goes live, and its audience comes in'),
  questions: z
    .enum(questionSettings)
    .optional()
    .describe('Who sees questions without an answer: everyone or the stage; off: none are taken'),
  anonymousQuestions: z.boolean().optional().describe('Questions may be asked without a name'),
});

export const changeRules: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.patch(
    '/v1/meetings/:id/rules',
    {
      schema: {
        summary: 'Locks a meeting, opens its lobby, goes live',
        description: 'Only what is given changes. Also for hosts and cohosts with their join token.',
        tags: ['moderation'],
        security: bearer,
        params: meetingParams,
        body,
        response: { 200: meetingBody, ...errorResponses },
      },
    },
    async (request) =>
      toMeetingBody(await deps.rules.change(await principalOf(deps, request), request.params.id, request.body)),
  );
  done();
};
