import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { meetingModes } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import {
  occurrenceBody,
  scheduleBody,
  scheduleFields,
  scheduleParams,
  scheduleWithOccurrences,
  toOccurrenceBody,
  toScheduleBody,
  toScheduleWithOccurrences,
} from '../schedule-schemas.ts';
import { bearer, errorResponses } from '../schemas.ts';
import { publicOrigin } from '../sessions.ts';

const common = { tags: ['schedules'], security: bearer };
const answered = { ...common, response: { 200: scheduleWithOccurrences, ...errorResponses } };
const { title, timeZone, start, recurrence, durationMinutes, settings } = scheduleFields;

const request = z
  .object({
    title: title.default(''),
    mode: z.enum(meetingModes).default('meeting'),
    timeZone,
    start,
    recurrence: recurrence.optional(),
    durationMinutes: durationMinutes.default(60),
    settings: settings.default({ earlyJoinMinutes: 10 }),
  })
  .meta({
    examples: [
      {
        title: 'Stand-up',
        timeZone: 'Europe/Berlin',
        start: '2027-03-02T10:00',
        recurrence: 'FREQ=WEEKLY;BYDAY=MO,TH;COUNT=20',
        durationMinutes: 15,
      },
    ],
  });
const change = z.object({
  title: title.optional(),
  timeZone: timeZone.optional(),
  start: start.optional(),
  recurrence: recurrence.nullish().describe('null: no series any more'),
  durationMinutes: durationMinutes.optional(),
  settings: settings.optional().describe('In place of all there were, but for a password that is not given anew'),
});
const range = z.object({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) });
const entries = z.object({ meetings: z.array(occurrenceBody.extend({ schedule: scheduleBody })) });

/** Planned meetings, once or as a series. */
export const schedules: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    '/v1/schedules',
    {
      schema: {
        ...common,
        summary: 'Plans a meeting or a series',
        body: request,
        response: { 201: scheduleWithOccurrences, ...errorResponses },
      },
    },
    async (req, reply) => {
      const principal = await principalOf(deps, req);
      const view = await deps.schedules.create(principal, { ...req.body, recurrence: req.body.recurrence });
      return await reply.code(201).send(toScheduleWithOccurrences(view, publicOrigin(req, deps.publicUrl)));
    },
  );
  app.get(
    '/v1/schedules',
    {
      schema: {
        ...common,
        summary: 'Planned meetings in a time',
        description: 'Each meeting of a series by itself, the earliest first; at most 1,000, within 400 days.',
        querystring: range,
        response: { 200: entries, ...errorResponses },
      },
    },
    async (req) => {
      const [from, to] = [Date.parse(req.query.from), Date.parse(req.query.to)];
      const found = await deps.schedules.list(await principalOf(deps, req), from, to);
      const origin = publicOrigin(req, deps.publicUrl);
      return {
        meetings: found.map(({ schedule, ...meeting }) => ({
          ...toOccurrenceBody(meeting),
          schedule: toScheduleBody(schedule, origin),
        })),
      };
    },
  );
  app.get(
    '/v1/schedules/:id',
    { schema: { ...answered, summary: 'A plan with its meetings', params: scheduleParams } },
    async (req) => {
      const view = await deps.schedules.get(await principalOf(deps, req), req.params.id);
      return toScheduleWithOccurrences(view, publicOrigin(req, deps.publicUrl));
    },
  );
  app.patch(
    '/v1/schedules/:id',
    {
      schema: {
        ...answered,
        summary: 'Changes every meeting of it that has not begun',
        description: 'New times undo what was changed for single meetings. Meetings keep their links where they can.',
        params: scheduleParams,
        body: change,
      },
    },
    async (req) => {
      const { recurrence: rule, ...rest } = req.body;
      const given = { ...rest, recurrence: rule ?? undefined, once: rule === null };
      const view = await deps.schedules.change(await principalOf(deps, req), req.params.id, given);
      return toScheduleWithOccurrences(view, publicOrigin(req, deps.publicUrl));
    },
  );
  app.delete(
    '/v1/schedules/:id',
    { schema: { ...answered, summary: 'Cancels every meeting of it that has not begun', params: scheduleParams } },
    async (req) => {
      const view = await deps.schedules.cancel(await principalOf(deps, req), req.params.id);
      return toScheduleWithOccurrences(view, publicOrigin(req, deps.publicUrl));
    },
  );
  done();
};
