import { z } from 'zod';
import { type Meeting, meetingStatuses } from '../core/meeting/meeting.ts';
import { meetingModes } from '../core/meeting/roles.ts';

const errorBody = z
  .object({ error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }) })
  .describe('What went wrong. `code` never changes its meaning; `retryable`: the same request may succeed later.');

/** Errors every route may answer with. */
export const errorResponses = { '4xx': errorBody, '5xx': errorBody };

export const bearer = [{ bearer: [] }];

/** A time in Unix ms, as it is told. */
export function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

export const meetingParams = z.object({ id: z.uuid() });

export const meetingBody = z.object({
  id: z.uuid(),
  title: z.string(),
  mode: z.enum(meetingModes),
  status: z.enum(meetingStatuses),
  startTime: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  settings: z.record(z.string(), z.unknown()),
  hasPassword: z.boolean().describe('Who joins is asked for a password; the password itself is never told'),
});

export function toMeetingBody(meeting: Meeting): z.output<typeof meetingBody> {
  const { id, title, mode, status, startTime, createdAt, settings, passwordHash } = meeting;
  return {
    id,
    title,
    mode,
    status,
    startTime: startTime === undefined ? null : new Date(startTime).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
    settings,
    hasPassword: passwordHash !== undefined,
  };
}

export const edgeBody = z.object({ id: z.string(), region: z.string() });

export const decisionBody = z
  .object({
    edgeId: z.string().optional(),
    rule: z.string(),
    candidates: z.array(
      z.object({
        edgeId: z.string(),
        region: z.string(),
        score: z.number().optional().describe('ms; the least wins'),
        clientRttMs: z.number().optional(),
        rttSource: z.string().optional(),
        load: z.number(),
        rejectedBecause: z.string().optional(),
      }),
    ),
  })
  .describe('A placement with its reasons: every edge with its score, or the rule that rejected it.');
