import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import {
  occurrenceParams,
  scheduleFields,
  scheduleWithOccurrences,
  toScheduleWithOccurrences,
} from '../schedule-schemas.ts';
import { bearer, errorResponses } from '../schemas.ts';
import { publicOrigin } from '../sessions.ts';

const common = {
  tags: ['schedules'],
  security: bearer,
  params: occurrenceParams,
  response: { 200: scheduleWithOccurrences, ...errorResponses },
};

const change = z.object({
  title: scheduleFields.title.optional(),
  startTime: z.iso.datetime({ offset: true }).optional(),
  durationMinutes: scheduleFields.durationMinutes.optional(),
});

/** Single meetings of a series. */
export const occurrences: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const path = '/v1/schedules/:id/occurrences/:meetingId';
  app.patch(
    path,
    { schema: { ...common, summary: 'Changes one meeting of a series', body: change } },
    async (request) => {
      const { id, meetingId } = request.params;
      const { title, startTime, durationMinutes } = request.body;
      const start = startTime === undefined ? undefined : Date.parse(startTime);
      const principal = await principalOf(deps, request);
      const given = { title, startTime: start, durationMinutes };
      const view = await deps.schedules.changeOccurrence(principal, id, meetingId, given);
      return toScheduleWithOccurrences(view, publicOrigin(request, deps.publicUrl));
    },
  );
  app.delete(path, { schema: { ...common, summary: 'Cancels one meeting of a series' } }, async (request) => {
    const { id, meetingId } = request.params;
    const view = await deps.schedules.cancelOccurrence(await principalOf(deps, request), id, meetingId);
    return toScheduleWithOccurrences(view, publicOrigin(request, deps.publicUrl));
  });
  done();
};
