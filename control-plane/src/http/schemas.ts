import { nearestRegion } from '@canopy/geo/regions';
import type { Participant } from '@canopy/proto/signal';
import { errorCodes } from '@canopy/runtime/errors';
import { z } from 'zod';
import { type Meeting, meetingStatuses } from '../core/meeting/meeting.ts';
import { meetingModes, roleNames, roleOfWire } from '../core/meeting/roles.ts';
import { idSchema } from '../core/meeting/text.ts';
import { type PlacementDecision, placeSources } from '../core/placement/types.ts';

const errorBody = z
  .object({
    error: z.object({
      code: z
        .string()
        .meta({ examples: [...errorCodes] })
        .describe('There may be more of them with time'),
      message: z.string().describe('For developers, in English'),
      retryable: z.boolean(),
    }),
  })
  .meta({
    id: 'Error',
    description:
      'What went wrong. `code` never changes its meaning; `retryable`: the same request may succeed later, after `Retry-After` seconds.',
  });

/** Errors every route may answer with. */
export const errorResponses = { '4xx': errorBody, '5xx': errorBody };

export const bearer = [{ bearer: [] }];

/** A time in Unix ms, as it is told. */
export function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

export const meetingParams = z.object({ id: z.uuid() });

export const participantParams = meetingParams.extend({ participantId: idSchema });

/** The answer with the status 204. */
export const nothing = z.null().describe('Nothing to tell');

export const meetingBody = z
  .object({
    id: z.uuid(),
    title: z.string(),
    mode: z.enum(meetingModes),
    status: z.enum(meetingStatuses),
    startTime: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    settings: z.record(z.string(), z.unknown()).describe('As they were given, but for the password'),
    hasPassword: z.boolean().describe('Who joins is asked for a password; the password itself is never told'),
  })
  .meta({ id: 'Meeting' });

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

export const participantBody = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roleNames),
    edge: edgeBody,
    connected: z.boolean(),
  })
  .meta({ id: 'Participant' });

export function toParticipantBody({
  id,
  name,
  role,
  edgeId,
  region,
  connected,
}: Participant): z.output<typeof participantBody> {
  return { id, name, role: roleOfWire(role), edge: { id: edgeId, region }, connected };
}

export const networkBoundBody = z
  .boolean()
  .optional()
  .describe('the load is that of its network, not of its hottest worker');

export const decisionBody = z
  .object({
    edgeId: z.string().optional(),
    rule: z.string(),
    candidates: z.array(
      z.object({
        edgeId: z.string(),
        region: z.string(),
        score: z.number().optional().describe('ms; the least wins. The sum of clientRttMs, if known, and parts'),
        parts: z
          .object({
            publishersMs: z.number().describe('one way from the edge to the publishers, on average'),
            loadMs: z.number().describe('price of its load'),
            newEdgeMs: z.number().describe('price of an edge the meeting does not use yet'),
            doubtMs: z.number().describe('price of an edge that may be lost'),
          })
          .optional()
          .describe('absent where a former version placed'),
        clientRttMs: z.number().optional(),
        rttSource: z.string().optional(),
        load: z.number(),
        networkBound: networkBoundBody,
        rejectedBecause: z.string().optional(),
      }),
    ),
    taken: z
      .object({
        source: z
          .enum(placeSources)
          .describe('its own word, its address (GeoIP), its measured round trips, or nothing'),
        location: z
          .object({ latitude: z.number(), longitude: z.number() })
          .optional()
          .describe('for operators and whom it is about'),
        near: z.string().optional().describe('the city of the known region that is nearest to it'),
      })
      .optional()
      .describe('Where the client was taken to be; absent where a former version placed'),
  })
  .describe('A placement with its reasons: every edge with its score, or the rule that rejected it.');

/** A decision as it is told. */
export function toDecision({ candidates, taken, ...decision }: PlacementDecision): z.output<typeof decisionBody> {
  const near = taken?.location && nearestRegion(taken.location).name;
  return { ...decision, candidates: [...candidates], taken: taken && { ...taken, near } };
}
