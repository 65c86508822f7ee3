import ical, { ICalCalendarMethod, type ICalEventData, ICalEventStatus } from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { ruleForCalendars, startsOf } from '../../core/schedule/recurrence.ts';
import { leftOut, type Occurrence, type Schedule } from '../../core/schedule/schedule.ts';
import { isUtc, zoneComponent } from './time-zone.ts';

/**
 * A schedule as an invitation for calendars (RFC 5545, RFC 5546). It has one UID for good, and a SEQUENCE that grows with each
 * change, so that a calendar that takes it again updates what it has; a schedule that was cancelled takes itself out of it.
 */
export function calendarFile(schedule: Schedule, occurrences: readonly Occurrence[], link: string): string {
  const { timeZone, sequence } = schedule;
  const cancelled = schedule.status === 'cancelled';
  const zone = isUtc(timeZone) ? null : timeZone;
  const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  const calendar = ical({
    prodId: { company: 'Canopy', product: 'Meetings', language: 'EN' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
    // Each event has its zone: that of a calendar would be the one of DTSTAMP as well, which is UTC (RFC 5545 §3.8.7.2).
    timezone: { name: null, generator: zoneComponent },
  });
  const event = (start: Temporal.ZonedDateTime, durationMinutes: number, title: string): ICalEventData => ({
    id: `${schedule.id}@canopy`,
    sequence,
    timezone: zone,
    start,
    end: start.add({ minutes: durationMinutes }),
    summary: title === '' ? 'Meeting' : title,
    description: link,
    location: link,
    url: link,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  const starts = startsOf(schedule);
  // The first meeting there is: the day on which a series begins may be none of its rule.
  const first =
    starts[0] === undefined ? Temporal.PlainDateTime.from(schedule.start).toZonedDateTime(timeZone) : at(starts[0]);
  const series = event(first, schedule.durationMinutes, schedule.title);
  const own = (each: Occurrence) => each.overridden && each.status === 'scheduled';
  if (schedule.recurrence === undefined || starts.length === 0) {
    // Others were of a series that it was before.
    const only = occurrences.find((each) => own(each) && each.originalStart === starts[0]);
    calendar.createEvent(only === undefined ? series : event(at(only.startTime), only.durationMinutes, only.title));
    return calendar.toString();
  }
  const rule = ruleForCalendars(schedule.recurrence, starts.length);
  const left = cancelled ? [] : leftOut(occurrences).map((each) => at(each.originalStart));
  const exdates = left.map((each) => exdate(each, zone)).join('');
  calendar.createEvent({ ...series, repeating: `RRULE:${rule}${exdates}` });
  for (const each of cancelled ? [] : occurrences.filter(own)) {
    const changed = event(at(each.startTime), each.durationMinutes, each.title);
    calendar.createEvent({ ...changed, recurrenceId: at(each.originalStart) });
  }
  return calendar.toString();
}

function exdate(at: Temporal.ZonedDateTime, zone: string | null): string {
  const wallClock = at.toPlainDateTime().toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
  return zone === null ? `\r\nEXDATE:${wallClock}Z` : `\r\nEXDATE;TZID=${zone}:${wallClock}`;
}
