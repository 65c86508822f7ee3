import type { MeetingSettings } from '../api-types.ts';
import { queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';

/** Meetings planned together. */
export interface Schedule {
  id: string;
  title: string;
  mode: 'meeting' | 'webinar';
  /** IANA name. */
  timeZone: string;
  /** On the wall there: `2027-03-28T10:00`. */
  start: string;
  /** RFC 5545, such as `FREQ=WEEKLY;COUNT=10`; null: once. */
  recurrence: string | null;
  durationMinutes: number;
  settings: MeetingSettings;
  /** Each meeting asks for a password. */
  hasPassword: boolean;
  sequence: number;
  status: 'active' | 'cancelled';
  links: { guest: string; host: string; calendar: string };
}

export interface PlannedMeeting {
  meetingId: string;
  title: string;
  startTime: string;
  durationMinutes: number;
  status: 'scheduled' | 'cancelled';
  meetingStatus: string;
  /** It differs from the series. */
  overridden: boolean;
}

export type ScheduleWithMeetings = Schedule & { occurrences: PlannedMeeting[] };
export type CalendarEntry = PlannedMeeting & { schedule: Schedule };

export interface NewSchedule {
  title?: string;
  mode?: 'meeting' | 'webinar';
  timeZone: string;
  start: string;
  recurrence?: string;
  durationMinutes?: number;
  settings?: MeetingSettings;
}

export type ScheduleChange = Partial<Omit<NewSchedule, 'mode' | 'recurrence'>> & {
  /** null: no series any more. */
  recurrence?: string | null;
};

/** Planned meetings, once or as a series. */
export class ScheduleApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  create(schedule: NewSchedule): Promise<ScheduleWithMeetings> {
    return this.#call('POST', '/v1/schedules', schedule);
  }

  /** Each meeting that starts between two times. */
  async list(from: Date, to: Date): Promise<CalendarEntry[]> {
    const path = `/v1/schedules${queryOf({ from: from.toISOString(), to: to.toISOString() })}`;
    return (await this.#call<{ meetings: CalendarEntry[] }>('GET', path)).meetings;
  }

  get(scheduleId: string): Promise<ScheduleWithMeetings> {
    return this.#call('GET', path(scheduleId));
  }

  change(scheduleId: string, change: ScheduleChange): Promise<ScheduleWithMeetings> {
    return this.#call('PATCH', path(scheduleId), change);
  }

  cancel(scheduleId: string): Promise<ScheduleWithMeetings> {
    return this.#call('DELETE', path(scheduleId));
  }

  changeMeeting(
    scheduleId: string,
    meetingId: string,
    change: { title?: string; startTime?: string; durationMinutes?: number },
  ): Promise<ScheduleWithMeetings> {
    return this.#call('PATCH', `${path(scheduleId)}/occurrences/${encodeURIComponent(meetingId)}`, change);
  }

  cancelMeeting(scheduleId: string, meetingId: string): Promise<ScheduleWithMeetings> {
    return this.#call('DELETE', `${path(scheduleId)}/occurrences/${encodeURIComponent(meetingId)}`);
  }

  /** For guests: where the link of a schedule leads to now. */
  invitation(scheduleId: string): Promise<{ title: string; status: string; next: PlannedMeeting | null }> {
    return this.#call('GET', `${path(scheduleId)}/invitation`);
  }
}

function path(scheduleId: string): string {
  return `/v1/schedules/${encodeURIComponent(scheduleId)}`;
}
