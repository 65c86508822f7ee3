import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HttpDeps } from '../http-deps.ts';
import { linksOf, occurrenceBody, scheduleParams, toOccurrenceBody } from '../schedule-schemas.ts';
import { errorResponses } from '../schemas.ts';
import { publicOrigin } from '../sessions.ts';

const invitation = z.object({
  title: z.string(),
  status: z.enum(['active', 'cancelled']),
  next: occurrenceBody.nullable().describe('The meeting that is on or comes next; null: there will be none'),
});

const calendar = { description: 'RFC 5545', content: { 'text/calendar': { schema: z.string() } } };

/** For whoever has the link of a schedule, which can't be guessed. */
export const scheduleInvitation: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const common = { tags: ['schedules'], params: scheduleParams };
  app.get(
    '/v1/schedules/:id/invitation',
    {
      schema: {
        ...common,
        summary: 'Where its link leads to now',
        response: { 200: invitation, ...errorResponses },
      },
    },
    async (request) => {
      const { schedule, next } = await deps.schedules.invitation(request.params.id);
      const { title, status } = schedule;
      return { title, status, next: next === undefined ? null : toOccurrenceBody(next) };
    },
  );
  app.get(
    '/v1/schedules/:id/invitation.ics',
    { schema: { ...common, summary: 'An invitation for calendars', response: { 200: calendar, ...errorResponses } } },
    async (request, reply) => {
      const { schedule, occurrences } = await deps.schedules.invitation(request.params.id);
      const { guest } = linksOf(schedule.id, publicOrigin(request, deps.publicUrl));
      reply.header('content-disposition', 'attachment; filename="invitation.ics"');
      return await reply
        .type('text/calendar; charset=utf-8')
        .serializer((text: unknown) => String(text))
        .send(deps.calendarFile(schedule, occurrences, guest));
    },
  );
  done();
};
