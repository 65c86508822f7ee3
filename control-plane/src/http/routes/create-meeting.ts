import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { meetingModes } from '../../core/meeting/roles.ts';
import { meetingSettings } from '../../core/meeting/settings.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, toMeetingBody } from '../schemas.ts';

const body = z
  .object({
    title: z.string().max(200).default(''),
    mode: z
      .enum(meetingModes)
      .default('meeting')
      .describe('In a webinar attendees watch, and everyone else is on stage'),
    startTime: z.iso.datetime({ offset: true }).optional(),
    settings: meetingSettings.default({}),
  })
  .meta({
    examples: [
      {
        title: 'All hands',
        mode: 'webinar',
        startTime: '2027-03-02T10:00:00+01:00',
        settings: { earlyJoinMinutes: 10, expectedAudience: { 'eu-central-1': 500 } },
      },
    ],
  });

export const createMeeting: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/meetings',
    {
      schema: {
        summary: 'Creates a meeting',
        description: 'It is open at once, goes live with the first who joins, and stays so until it is ended.',
        tags: ['meetings'],
        security: bearer,
        body,
        response: { 201: meetingBody, ...errorResponses },
      },
    },
    async (request, reply) => {
      const principal = await principalOf(deps, request);
      await deps.admitMeeting(principal, request.headers.authorization === undefined ? request.ip : undefined);
      const { title, mode, startTime, settings } = request.body;
      const start = startTime === undefined ? undefined : Date.parse(startTime);
      const meeting = await deps.meetings.create(principal, { title, mode, startTime: start, settings });
      return await reply.code(201).send(toMeetingBody(meeting));
    },
  );
  done();
};
