import { randomUUID } from 'node:crypto';
import type { WebhookEventType } from '@canopy/proto/webhook-event-types';
import type { Clock } from '@canopy/runtime/clock';
import { withDeadline } from '@canopy/runtime/deadline';
import { CanopyError } from '@canopy/runtime/errors';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { Owner, Principal } from '../../core/access/authorize.ts';
import { isEncrypted } from '../../core/meeting/encryption.ts';
import type { MeetingMode } from '../../core/meeting/roles.ts';
import type { MeetingSettings } from '../../core/meeting/settings.ts';
import { cleanText } from '../../core/meeting/text.ts';
import { type SeriesTiming, startsOf } from '../../core/schedule/recurrence.ts';
import { isOver, type Occurrence, type Replanned, replan, type Schedule } from '../../core/schedule/schedule.ts';
import type { WebhookEvent } from '../../core/webhooks/events.ts';
import type { Access } from '../access/access.ts';
import type { Limiter } from '../access/ports.ts';
import type { Ending } from '../meetings/ending.ts';
import type { CalendarEntry, OccurrenceChange, ScheduleRecords } from './ports.ts';

export interface SchedulesDeps {
  access: Pick<Access, 'require' | 'ownerOf'>;
  records: ScheduleRecords;
  ending: Pick<Ending, 'end'>;
  hashPassword(password: string): Promise<string>;
  /** Of one owner, for making and changing a whole series. */
  limit: Limiter;
  clock: Clock;
  logger: Logger;
}

export interface ScheduleRequest extends SeriesTiming {
  title: string;
  mode: MeetingMode;
  durationMinutes: number;
  settings: MeetingSettings;
}

export type ScheduleChange = { [Name in keyof Omit<ScheduleRequest, 'mode'>]?: ScheduleRequest[Name] | undefined } & {
  /** No series any more. */
  once?: boolean;
};

/** A schedule with its meetings. */
export interface ScheduleView {
  schedule: Schedule;
  occurrences: readonly Occurrence[];
}

const days = 86_400_000;
/** Of one owner, with a meeting to come. */
const mostSchedules = 1_000;
/** Meetings of one owner that are planned in a day: those that are cancelled leave their rows behind. */
const mostPlannedADay = 20_000;
const mostListed = 1_000;
const longestLookMs = 400 * days;
/** Guests are told of the meeting that is on until it has been over for so long. */
const lingerMs = 60 * 60_000;
const mostEndedAtOnce = 16;
const tellWithinMs = 5_000;

/** Meetings that are planned: once or as a series, changed and cancelled one at a time or all together. */
export class Schedules {
  readonly #deps: SchedulesDeps;

  constructor(deps: SchedulesDeps) {
    this.#deps = deps;
  }

  /** Errors: SIGN_IN_REQUIRED, LIMIT_REACHED, RATE_LIMITED, BAD_REQUEST (it gives no meetings, or only such as are over), STATE_UNAVAILABLE. */
  async create(principal: Principal, request: ScheduleRequest): Promise<ScheduleView> {
    this.#deps.access.require(principal, { action: 'schedule.create' });
    const owner = this.#deps.access.ownerOf(principal);
    const now = this.#deps.clock.now();
    const open = await this.#deps.records.countOpen(owner, now);
    if (open >= mostSchedules) throw new CanopyError('LIMIT_REACHED');
    const title = cleanText(request.title, 200);
    const guarded = await this.#guarded(request.settings, undefined);
    const schedule: Schedule = {
      ...request,
      ...owner,
      ...guarded,
      title,
      id: randomUUID(),
      sequence: 0,
      status: 'active',
    };
    const starts = startsOf(schedule);
    if (starts.length === 0) throw new CanopyError('BAD_REQUEST', 'recurrence: there is no such day');
    if (starts.every((start) => isOver(start, schedule.durationMinutes, now)))
      throw new CanopyError('BAD_REQUEST', 'start: it is over already');
    if (starts.length > 1) await this.#deps.limit(`${owner.apiKeyId}:${owner.hostId ?? ''}`);
    await this.#requireRoom(owner, starts.length);
    const planned = starts.map((start) => ({ meetingId: randomUUID(), start }));
    await this.#deps.records.create(schedule, planned, news('meeting.scheduled', schedule, planned[0]?.meetingId));
    return await this.#found(schedule.id);
  }

  /** Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async get(principal: Principal, scheduleId: string): Promise<ScheduleView> {
    const found = await this.#found(scheduleId);
    this.#deps.access.require(principal, { action: 'schedule.manage', owner: found.schedule });
    return found;
  }

  /** The principal's meetings that start between two times, Unix ms. Errors: SIGN_IN_REQUIRED, BAD_REQUEST, STATE_UNAVAILABLE. */
  async list(principal: Principal, from: number, to: number): Promise<readonly CalendarEntry[]> {
    this.#deps.access.require(principal, { action: 'schedule.create' });
    if (to < from || to - from > longestLookMs) throw new CanopyError('BAD_REQUEST', 'to: at most 400 days after from');
    return await this.#deps.records.between(this.#deps.access.ownerOf(principal), from, to, mostListed);
  }

  /**
   * Changes the whole of it: every meeting that has not begun. New times do away with what was changed for single meetings; without
   * them that stays. Errors: NOT_FOUND, BAD_REQUEST (no meeting would be left), SETTING_FIXED, LIMIT_REACHED, RATE_LIMITED,
   * STALE_CHANGE (somebody else changed it meanwhile), STATE_UNAVAILABLE.
   */
  async change(principal: Principal, scheduleId: string, { once, ...given }: ScheduleChange): Promise<ScheduleView> {
    const { schedule, occurrences } = await this.#active(principal, scheduleId);
    if (schedule.recurrence !== undefined) await this.#deps.limit(`${schedule.apiKeyId}:${schedule.hostId ?? ''}`);
    const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const guarded = given.settings === undefined ? {} : await this.#guarded(given.settings, schedule.passwordHash);
    const changed: Schedule = { ...schedule, ...wanted, ...guarded, sequence: schedule.sequence + 1 };
    if (isEncrypted(changed) !== isEncrypted(schedule)) throw new CanopyError('SETTING_FIXED');
    changed.title = cleanText(changed.title, 200);
    if (once === true) changed.recurrence = undefined;
    const plan = sameTimes(schedule, changed)
      ? { moved: unchanged(occurrences), added: [], cancelled: [] }
      : replanned({ schedule, occurrences }, changed, this.#deps.clock.now());
    if (plan.added.length > 0) await this.#requireRoom(schedule, plan.added.length);
    const added = plan.added.map((start) => ({ meetingId: randomUUID(), start }));
    const about = (this.#next(occurrences) ?? added[0] ?? occurrences[0])?.meetingId;
    const told = news('meeting.updated', changed, about);
    const cancelled = await this.#deps.records.change(changed, { ...plan, added }, told);
    if (cancelled === undefined) throw new CanopyError('STALE_CHANGE');
    await this.#tellEnd(cancelled);
    return await this.#found(scheduleId);
  }

  /** Errors: LIMIT_REACHED. */
  async #requireRoom(owner: Owner, meetings: number): Promise<void> {
    const planned = await this.#deps.records.countPlanned(owner, days);
    if (planned + meetings > mostPlannedADay) throw new CanopyError('LIMIT_REACHED');
  }

  /** The settings without the password, of which only a hash is kept; without one the password stays as it is. */
  async #guarded({ password, ...settings }: MeetingSettings, before: string | undefined) {
    const passwordHash = password === undefined ? before : await this.#deps.hashPassword(password);
    return { settings, passwordHash };
  }

  /** Changes one of its meetings. Errors: NOT_FOUND, MEETING_ENDED, STATE_UNAVAILABLE. */
  async changeOccurrence(
    principal: Principal,
    scheduleId: string,
    meetingId: string,
    change: OccurrenceChange,
  ): Promise<ScheduleView> {
    const { schedule, occurrences } = await this.#active(principal, scheduleId);
    const occurrence = requireOpen(occurrences, meetingId);
    const title = change.title === undefined ? undefined : cleanText(change.title, 200);
    const about = news('meeting.updated', { ...schedule, title: title ?? occurrence.title }, meetingId, {
      startTime: new Date(change.startTime ?? occurrence.startTime),
    });
    await this.#deps.records.changeOccurrence(scheduleId, meetingId, { ...change, title }, about);
    return await this.#found(scheduleId);
  }

  /** Cancelling twice is cancelling once. Errors: NOT_FOUND, MEETING_ENDED, STATE_UNAVAILABLE. */
  async cancelOccurrence(principal: Principal, scheduleId: string, meetingId: string): Promise<ScheduleView> {
    const found = await this.get(principal, scheduleId);
    const { schedule, occurrences } = found;
    if (isCancelled(occurrences, meetingId)) return found;
    const { startTime } = requireOpen(occurrences, meetingId);
    const about = news('meeting.cancelled', schedule, meetingId, { startTime: new Date(startTime), series: false });
    await this.#tellEnd(await this.#deps.records.cancelOccurrence(scheduleId, meetingId, about));
    const now = await this.#found(scheduleId);
    // It may have begun just then.
    if (!isCancelled(now.occurrences, meetingId)) requireOpen(now.occurrences, meetingId);
    return now;
  }

  /** All that has not begun. Cancelling twice is cancelling once. Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async cancel(principal: Principal, scheduleId: string): Promise<ScheduleView> {
    const { schedule, occurrences } = await this.get(principal, scheduleId);
    if (schedule.status === 'active') {
      const meetingId = (this.#next(occurrences) ?? occurrences[0])?.meetingId;
      const series = schedule.recurrence !== undefined;
      const about = news('meeting.cancelled', schedule, meetingId, { series });
      await this.#tellEnd(await this.#deps.records.cancel(scheduleId, about));
    }
    return await this.#found(scheduleId);
  }

  /** For whoever has its link: it with its meetings, and the one that is on or comes next. Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async invitation(scheduleId: string): Promise<ScheduleView & { next: Occurrence | undefined }> {
    const found = await this.#found(scheduleId);
    return { ...found, next: this.#next(found.occurrences) };
  }

  /** Tells those who wait for meetings that were cancelled. It never fails, nor takes for ever: cancelled they are. */
  async #tellEnd(meetingIds: readonly string[]): Promise<void> {
    const { clock, ending, logger } = this.#deps;
    const untold = (error: unknown) => logger.warn({ err: error }, 'who waits for a cancelled meeting was not told');
    const told = inTurns(meetingIds, mostEndedAtOnce, async (meetingId) => {
      await ending.end(meetingId).catch(untold);
    });
    await withDeadline(clock, tellWithinMs, told).catch(untold);
  }

  #next(occurrences: readonly Occurrence[]): Occurrence | undefined {
    const now = this.#deps.clock.now();
    return occurrences
      .filter(({ status, meetingStatus }) => status === 'scheduled' && meetingStatus !== 'ended')
      .filter(({ startTime, durationMinutes }) => startTime + durationMinutes * 60_000 + lingerMs > now)
      .toSorted((a, b) => a.startTime - b.startTime)[0];
  }

  async #active(principal: Principal, scheduleId: string): Promise<ScheduleView> {
    const found = await this.get(principal, scheduleId);
    if (found.schedule.status === 'cancelled') throw new CanopyError('MEETING_ENDED', 'It was cancelled.');
    return found;
  }

  async #found(scheduleId: string): Promise<ScheduleView> {
    const found = await this.#deps.records.find(scheduleId);
    if (found === undefined) throw new CanopyError('NOT_FOUND');
    return found;
  }
}

function sameTimes(a: SeriesTiming, b: SeriesTiming): boolean {
  return a.start === b.start && a.timeZone === b.timeZone && a.recurrence === b.recurrence;
}

/** Errors: BAD_REQUEST (no meeting is on, and none would come). */
function replanned({ schedule, occurrences }: ScheduleView, changed: Schedule, now: number): Replanned {
  const { durationMinutes } = changed;
  const plan = replan({ occurrences, starts: startsOf(schedule) }, { starts: startsOf(changed), durationMinutes }, now);
  const live = occurrences.some(({ meetingStatus }) => meetingStatus === 'live');
  if (!live && plan.moved.length + plan.added.length === 0)
    throw new CanopyError('BAD_REQUEST', 'start: no meeting would be left');
  return plan;
}

/** Meetings to come that are as the series says. */
function unchanged(occurrences: readonly Occurrence[]): { meetingId: string; start: number }[] {
  return occurrences
    .filter(({ overridden, meetingStatus }) => !overridden && meetingStatus === 'scheduled')
    .map(({ meetingId, originalStart }) => ({ meetingId, start: originalStart }));
}

function isCancelled(occurrences: readonly Occurrence[], meetingId: string): boolean {
  return occurrences.some((each) => each.meetingId === meetingId && each.status === 'cancelled');
}

function requireOpen(occurrences: readonly Occurrence[], meetingId: string): Occurrence {
  const occurrence = occurrences.find((each) => each.meetingId === meetingId);
  if (occurrence === undefined) throw new CanopyError('NOT_FOUND');
  if (occurrence.meetingStatus !== 'scheduled') throw new CanopyError('MEETING_ENDED', 'It has begun, or is over.');
  return occurrence;
}

function news(
  type: WebhookEventType,
  { id, title, mode, timeZone, start, recurrence, durationMinutes }: Schedule & Owner,
  meetingId = '',
  more: Readonly<Record<string, unknown>> = {},
): WebhookEvent {
  const data = { scheduleId: id, title, mode, timeZone, start, recurrence, durationMinutes, ...more };
  return { type, meetingId, data };
}
