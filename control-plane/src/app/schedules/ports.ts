import type { Owner } from '../../core/access/authorize.ts';
import type { Occurrence, Replanned, Schedule } from '../../core/schedule/schedule.ts';
import type { WebhookEvent } from '../../core/webhooks/events.ts';

/** A meeting that is new in a schedule. */
export interface Planned {
  meetingId: string;
  /** Unix ms. */
  start: number;
}

/** What of one meeting of a series is to be different. */
export interface OccurrenceChange {
  title: string | undefined;
  /** Unix ms. */
  startTime: number | undefined;
  durationMinutes: number | undefined;
}

/** A meeting in a calendar. */
export interface CalendarEntry extends Occurrence {
  schedule: Schedule;
}

/** Schedules with their meetings, and what webhooks are told of them, written together; what cancels meetings gives the ids of those that it did. Errors: STATE_UNAVAILABLE. */
export interface ScheduleRecords {
  create(schedule: Schedule, meetings: readonly Planned[], news: WebhookEvent): Promise<void>;
  find(scheduleId: string): Promise<{ schedule: Schedule; occurrences: readonly Occurrence[] } | undefined>;
  /** Meetings that start between two times, Unix ms, the earliest first; cancelled ones are left out. */
  between(owner: Owner, from: number, to: number, limit: number): Promise<readonly CalendarEntry[]>;
  /** The place of a meeting in its schedule, if it has one. */
  entryOf(meetingId: string): Promise<CalendarEntry | undefined>;
  /** Schedules with a meeting that, at `now` (Unix ms), is not over, nor should be. */
  countOpen(owner: Owner, now: number): Promise<number>;
  /** Meetings of schedules that were made within the last so many ms, whatever became of them. */
  countPlanned(owner: Owner, withinMs: number): Promise<number>;
  /** Takes the place of the one with the sequence before it; undefined if that is not there any more. */
  change(
    schedule: Schedule,
    meetings: Omit<Replanned, 'added'> & { added: readonly Planned[] },
    news: WebhookEvent,
  ): Promise<readonly string[] | undefined>;
  changeOccurrence(scheduleId: string, meetingId: string, change: OccurrenceChange, news: WebhookEvent): Promise<void>;
  cancelOccurrence(scheduleId: string, meetingId: string, news: WebhookEvent): Promise<readonly string[]>;
  /** With all its meetings that have not begun. */
  cancel(scheduleId: string, news: WebhookEvent): Promise<readonly string[]>;
  /** Tells webhooks of meetings that start between two times, each once, whoever asks. */
  remind(from: number, to: number): Promise<number>;
}
