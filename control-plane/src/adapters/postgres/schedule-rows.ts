import type { Selectable } from 'kysely';
import { storedSettings } from '../../core/meeting/settings.ts';
import type { Occurrence, Schedule } from '../../core/schedule/schedule.ts';
import type { Database } from './schema.ts';

/** Columns of a meeting and its place in a schedule. */
export const occurrenceColumns = [
  'o.meeting_id',
  'o.original_start',
  'o.duration_minutes',
  'o.status',
  'o.overridden',
  'm.title',
  'm.start_time',
  'm.status as meeting_status',
] as const;

type OccurrenceRow = Pick<
  Selectable<Database['occurrences']>,
  'meeting_id' | 'original_start' | 'duration_minutes' | 'status' | 'overridden'
> &
  Pick<Selectable<Database['meetings']>, 'title' | 'start_time'> & {
    meeting_status: Selectable<Database['meetings']>['status'];
  };

export function toOccurrence(row: OccurrenceRow): Occurrence {
  return {
    meetingId: row.meeting_id,
    originalStart: row.original_start.getTime(),
    title: row.title,
    startTime: (row.start_time ?? row.original_start).getTime(),
    durationMinutes: row.duration_minutes,
    status: row.status,
    meetingStatus: row.meeting_status,
    overridden: row.overridden,
  };
}

export function toSchedule(row: Selectable<Database['schedules']>): Schedule {
  return {
    id: row.id,
    apiKeyId: row.api_key_id,
    hostId: row.host_id ?? undefined,
    title: row.title,
    mode: row.mode,
    timeZone: row.time_zone,
    start: row.start,
    recurrence: row.recurrence ?? undefined,
    durationMinutes: row.duration_minutes,
    settings: storedSettings.parse(row.settings),
    passwordHash: row.password_hash ?? undefined,
    sequence: row.sequence,
    status: row.status,
  };
}

/** What of a schedule is written, but for whose it is. */
export function scheduleValues(schedule: Schedule) {
  return {
    title: schedule.title,
    mode: schedule.mode,
    time_zone: schedule.timeZone,
    start: schedule.start,
    recurrence: schedule.recurrence ?? null,
    duration_minutes: schedule.durationMinutes,
    settings: JSON.stringify(schedule.settings),
    password_hash: schedule.passwordHash ?? null,
    sequence: schedule.sequence,
    status: schedule.status,
  };
}
