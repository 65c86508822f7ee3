import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CalendarEntry } from '../../app/schedules/ports.ts';
import { email } from '../../core/account/account.ts';
import type { Registration } from '../../core/meeting/registration.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingParams, nothing } from '../schemas.ts';
import { publicOrigin } from '../sessions.ts';

const path = '/v1/meetings/:id/registrations';
const described = { tags: ['registrations'], security: bearer };

const registrationBody = z.object({
  id: z.uuid().describe('Also of the participant that they come as'),
  name: z.string(),
  email: z.string(),
  registeredAt: z.iso.datetime(),
});

const registered = registrationBody.extend({
  url: z.url().describe('Theirs alone: who opens it comes in as them'),
  token: z.string().describe('What it carries: as the bearer it makes join tokens'),
  calendar: z
    .string()
    .nullable()
    .describe('An .ics file (RFC 5545) with their link; null: the meeting is in no schedule'),
});

const list = z.object({
  count: z.number(),
  limit: z.number().nullable(),
  registrations: z.array(registrationBody),
  nextCursor: z.string().nullable(),
});

const query = z.object({
  cursor: z.string().max(32).optional().describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** Who means to come to a webinar that asks for it (`settings.registration`). */
export const registrations: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.post(
    path,
    {
      schema: {
        ...described,
        summary: 'Registers somebody for a webinar',
        description:
          'For whoever may open the meeting’s link, and whom it belongs to. Nothing is mailed: the answer has the link, and webhooks are told `registration.created`. The same address may register twice, so that nobody learns who did.',
        params: meetingParams,
        body: z.object({ name: z.string().min(1).max(256), email }),
        response: { 201: registered, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { params, body, ip } = request;
      const principal = await principalOf(deps, request);
      const { registration, token, entry } = await deps.registrations.register(principal, params.id, body, ip);
      const url = `${publicOrigin(request, deps.publicUrl)}/m/${params.id}#invitation=${token}`;
      const calendar = entry === undefined ? null : fileOf(deps, entry, registration.id, url);
      return await reply.code(201).send({ ...toBody(registration), url, token, calendar });
    },
  );
  app.get(
    path,
    {
      schema: {
        ...described,
        summary: 'Who registered for a webinar',
        description: 'Those first who registered first. Also for hosts with their join token.',
        params: meetingParams,
        querystring: query,
        response: { 200: list, ...errorResponses },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const page = await deps.registrations.list(await principalOf(deps, request), request.params.id, cursor, limit);
      return {
        count: page.count,
        limit: page.limit ?? null,
        registrations: page.registrations.map(toBody),
        nextCursor: page.nextCursor ?? null,
      };
    },
  );
  app.delete(
    `${path}/:registrationId`,
    {
      schema: {
        ...described,
        summary: 'Cancels a registration',
        description:
          'Their link leads in no more; a join token made by it before stays good for its time. `NOT_FOUND`: there is no such registration.',
        params: meetingParams.extend({ registrationId: z.uuid() }),
        response: { 204: nothing, ...errorResponses },
      },
    },
    async (request, reply) => {
      const { id, registrationId } = request.params;
      await deps.registrations.cancel(await principalOf(deps, request), id, registrationId);
      return await reply.code(204).send(null);
    },
  );
  done();
};

/** The one meeting, as an event of its own in the calendar of who registered. */
function fileOf(deps: HttpDeps, entry: CalendarEntry, id: string, url: string): string {
  return deps.calendarFile({ ...entry.schedule, id, recurrence: undefined }, [{ ...entry, overridden: true }], url);
}

function toBody({ id, name, email: address, registeredAt }: Registration): z.output<typeof registrationBody> {
  return { id, name, email: address, registeredAt: new Date(registeredAt).toISOString() };
}
