import { z } from 'zod';
import { questionSettings } from '../questions/question.ts';
import { viaCycle } from '../routing/fixed-parents.ts';
import { mostRegistrations } from './registration.ts';
import { lobbyModes, mostCapacity } from './rules.ts';
import { idSchema } from './text.ts';

/** Nothing; ready but held back; or flowing all the time. */
export const backupModes = ['none', 'cold', 'warm'] as const;
export type BackupMode = (typeof backupModes)[number];

/** Bounds an operator sets on a meeting's cascades, or a whole tree that is fixed by hand. */
export const routingSettings = z.object({
  /** Links between an origin and any edge, at most. */
  maxDepth: z.number().int().min(1).max(8).optional(),
  /** Edges that one edge feeds, at most. */
  maxFanOut: z.number().int().min(1).max(64).optional(),
  /** Edge id → the edge it must pull from, in every cascade where it isn't the origin. */
  via: z
    .record(idSchema, idSchema)
    .refine((via) => Object.keys(via).length <= 64, 'at most 64 edges')
    .refine((via) => viaCycle(via) === undefined, 'an edge must not be fed, directly or through others, by itself')
    .optional(),
  /** What edges do with the second way to a track; by default webinars keep it warm and meetings cold. */
  backup: z.enum(backupModes).optional(),
});

export type RoutingSettings = z.output<typeof routingSettings>;

const registrationSettings = z.object({ limit: z.number().int().min(1).max(mostRegistrations).optional() });

/** Viewers expected, by region. */
export const audience = z
  .record(idSchema, z.number().int().min(0).max(10_000_000))
  .refine((given) => Object.keys(given).length <= 64, 'at most 64 regions');

/** Whom attendees may write to; everyone else writes to anybody. */
export const chatSettings = ['everyone', 'panelists', 'off'] as const;
export type ChatSetting = (typeof chatSettings)[number];

// In JSON as JSON.stringify writes it: an escaped NUL or half of a surrogate pair, which PostgreSQL's jsonb does not take.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** As they are kept: what was accepted once is read for ever, whatever has come of its size. */
export const storedSettings = z.looseObject({
  routing: routingSettings.optional(),
  allowedRegions: z
    .array(idSchema)
    .max(64)
    .optional()
    .describe('Regions the media may be in; empty or absent: everywhere'),
  expectedAudience: audience
    .optional()
    .describe('Viewers by region; given with a start time, edges there are prepared ten minutes before'),
  locked: z.boolean().optional().describe('Nobody new comes in but hosts'),
  lobby: z.enum(lobbyModes).optional().describe('Who waits at the door until a host or cohost lets them in'),
  mayUnmute: z.boolean().optional().describe('False: who is muted is heard again only when a host or cohost asks'),
  backstage: z.boolean().optional().describe('A webinar that has not begun for its audience'),
  capacity: z.number().int().min(1).max(mostCapacity).optional().describe('How many may be in it at once'),
  registration: registrationSettings.optional(),
  password: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('Asked of everybody but hosts. Kept as a hash and never told: `hasPassword` says that there is one'),
  chat: z.enum(chatSettings).optional().describe('Whom attendees may write to; by default everyone'),
  questions: z.enum(questionSettings).optional().describe('By default everyone asks, and sees what others ask'),
  anonymousQuestions: z.boolean().optional().describe('Questions may be asked without a name'),
  earlyJoinMinutes: z
    .number()
    .int()
    .min(0)
    .max(1_440)
    .optional()
    .describe('Guests come in so long before the start time, and not earlier; absent: whenever they like'),
  endToEndEncrypted: z
    .boolean()
    .optional()
    .describe(
      'Media is encrypted from client to client, and no server has the key. Decided when the meeting is created',
    ),
});

/** What a meeting's owner may set. Keys this version doesn't know are kept for the applications that do, but for those within a setting of ours. */
export const meetingSettings = storedSettings
  .extend({
    routing: routingSettings.strict().optional().describe('For operators: bounds of the ways that media takes'),
    registration: registrationSettings
      .strict()
      .optional()
      .describe('Of a webinar: who comes to watch registers first, of whom there are at most `limit`'),
  })
  .refine((settings) => JSON.stringify(settings).length <= 16_384, 'at most 16 KiB')
  .refine((settings) => !unstorable.test(JSON.stringify(settings)), 'text must be well-formed and without NUL')
  .meta({ id: 'MeetingSettings', description: 'All are optional. Others are kept as they are, for your own program' });

export type MeetingSettings = z.output<typeof meetingSettings>;

/** Whether a meeting's media may be in a region; no regions named: everywhere. */
export function isAllowed(region: string, allowedRegions: readonly string[] | undefined): boolean {
  return allowedRegions === undefined || allowedRegions.length === 0 || allowedRegions.includes(region);
}
