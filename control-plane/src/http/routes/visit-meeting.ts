import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isEncrypted } from '../../core/meeting/encryption.ts';
import { roleNames } from '../../core/meeting/roles.ts';
import { type HttpDeps, principalOf } from '../http-deps.ts';
import { bearer, errorResponses, meetingBody, meetingParams, toMeetingBody } from '../schemas.ts';

const response = meetingBody.omit({ settings: true, createdAt: true }).extend({
  opensAt: z.iso.datetime().nullable().describe('Before that, guests are refused with MEETING_NOT_OPEN'),
  endToEndEncrypted: z.boolean().describe('Who joins needs the key, which no server has'),
  role: z.enum(roleNames).describe('What the caller comes as: what the link says, or a guest'),
  recording: z.boolean().describe('It is being recorded, as who joins is told'),
  capacity: z.number().nullable().describe('How many may be in it at once; null: as many as meetings of its kind hold'),
  planned: z
    .object({
      durationMinutes: z.number(),
      recurrence: z.string().nullable().describe('Of its series (RFC 5545 §3.3.10); null: it takes place once'),
    })
    .nullable()
    .describe('Of a webinar in a schedule whose audience registers'),
  hostName: z.string().nullable().describe('Of the user to whom a webinar belongs whose audience registers'),
  registration: z
    .object({
      required: z.boolean().describe('The caller must register; a token is refused with REGISTRATION_REQUIRED'),
      count: z.number(),
      limit: z.number().nullable(),
    })
    .nullable()
    .describe('Of a webinar whose audience registers'),
  mayHost: z.boolean().describe('The caller may make tokens of every role; others may make one of a guest, if anybody'),
});

export const visitMeeting: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  app.get(
    '/v1/meetings/:id/invitation',
    {
      schema: {
        summary: 'What a guest may know before coming in',
        description:
          'A user’s meeting is open to whoever has its link; another one to those who may read it, or have a link that gives a role.',
        tags: ['meetings'],
        security: bearer,
        params: meetingParams,
        response: { 200: response, ...errorResponses },
      },
    },
    async (request) => {
      const { meeting, role, mayHost, opensAt, recording, planned, hostName, registration } = await deps.meetings.visit(
        await principalOf(deps, request),
        request.params.id,
      );
      const { id, title, mode, status, startTime, hasPassword } = toMeetingBody(meeting);
      const opens = opensAt === undefined ? null : new Date(opensAt).toISOString();
      const endToEndEncrypted = isEncrypted(meeting);
      return {
        id,
        title,
        mode,
        status,
        startTime,
        hasPassword,
        opensAt: opens,
        endToEndEncrypted,
        role,
        mayHost,
        recording,
        planned: planned === undefined ? null : { ...planned, recurrence: planned.recurrence ?? null },
        hostName: hostName ?? null,
        capacity: meeting.settings.capacity ?? null,
        registration: registration === undefined ? null : { ...registration, limit: registration.limit ?? null },
      };
    },
  );
  done();
};
