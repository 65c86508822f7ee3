import { z } from 'zod';
import type { ScheduleView } from '../app/schedules/schedules.ts';
import { meetingModes } from '../core/meeting/roles.ts';
import { meetingSettings } from '../core/meeting/settings.ts';
import { recurrenceRule, timeZone, wallTime } from '../core/schedule/recurrence.ts';
import type { Occurrence, Schedule } from '../core/schedule/schedule.ts';

export const scheduleFields = {
  title: z.string().max(200),
  timeZone: timeZone.describe('IANA name: a series stays at its time on the wall there'),
  start: wallTime.describe('Of the first meeting, on the wall there: 2027-03-28T10:00'),
  recurrence: recurrenceRule.describe('RFC 5545, such as FREQ=WEEKLY;BYDAY=MO;COUNT=10; at most 366 meetings'),
  durationMinutes: z.number().int().min(5).max(1_440),
  settings: meetingSettings,
};

export const scheduleParams = z.object({ id: z.uuid() });
export const occurrenceParams = scheduleParams.extend({ meetingId: z.uuid() });

export const occurrenceBody = z.object({
  meetingId: z.uuid(),
  title: z.string(),
  startTime: z.iso.datetime(),
  durationMinutes: z.number(),
  status: z.enum(['scheduled', 'cancelled']),
  meetingStatus: z.string(),
  overridden: z.boolean().describe('It differs from the series'),
});

const links = z.object({
  guest: z.url().describe('Leads to the meeting that is on or comes next'),
  host: z.url().describe('The same for its host, who must be signed in'),
  calendar: z.url().describe('An .ics file'),
});

export const scheduleBody = z.object({
  id: z.uuid(),
  title: z.string(),
  mode: z.enum(meetingModes),
  timeZone: z.string(),
  start: z.string(),
  recurrence: z.string().nullable(),
  durationMinutes: z.number(),
  settings: z.record(z.string(), z.unknown()),
  hasPassword: z.boolean().describe('Each meeting asks for a password, which is never told'),
  sequence: z.number(),
  status: z.enum(['active', 'cancelled']),
  links,
});

export const scheduleWithOccurrences = scheduleBody
  .extend({ occurrences: z.array(occurrenceBody) })
  .meta({ id: 'Schedule' });

export function toScheduleBody(schedule: Schedule, origin: string): z.output<typeof scheduleBody> {
  const { apiKeyId: _key, hostId: _host, recurrence, passwordHash, ...rest } = schedule;
  return {
    ...rest,
    recurrence: recurrence ?? null,
    hasPassword: passwordHash !== undefined,
    links: linksOf(schedule.id, origin),
  };
}

export function toOccurrenceBody({ originalStart: _start, startTime, ...rest }: Occurrence) {
  return { ...rest, startTime: new Date(startTime).toISOString() };
}

export function toScheduleWithOccurrences({ schedule, occurrences }: ScheduleView, origin: string) {
  return { ...toScheduleBody(schedule, origin), occurrences: occurrences.map(toOccurrenceBody) };
}

export function linksOf(scheduleId: string, origin: string): z.output<typeof links> {
  const guest = `${origin}/s/${scheduleId}`;
  return { guest, host: `${guest}?role=host`, calendar: `${origin}/v1/schedules/${scheduleId}/invitation.ics` };
}
