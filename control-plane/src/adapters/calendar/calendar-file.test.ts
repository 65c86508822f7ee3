import { describe, expect, it } from 'vitest';
import { mostOccurrences, startsOf } from '../../core/schedule/recurrence.ts';
import type { Occurrence, Schedule } from '../../core/schedule/schedule.ts';
import { calendarFile } from './calendar-file.ts';

const hourMs = 3_600_000;

const daily: Schedule = {
  id: 's1',
  apiKeyId: 'k1',
  hostId: undefined,
  title: 'Review',
  mode: 'meeting',
  durationMinutes: 30,
  settings: {},
  passwordHash: undefined,
  sequence: 0,
  status: 'active',
  timeZone: 'Europe/Berlin',
  start: '2027-03-27T10:00',
  recurrence: 'FREQ=DAILY;COUNT=2',
};

const occurrence = (originalStart: number, status: Occurrence['status']): Occurrence => ({
  meetingId: `m${originalStart}`,
  originalStart,
  title: 'Review',
  startTime: originalStart,
  durationMinutes: 30,
  status,
  meetingStatus: status === 'cancelled' ? 'ended' : 'scheduled',
  overridden: false,
});

/** The file of a series whose second meeting has rows with those statuses. */
function fileOf(schedule: Schedule, ...second: Occurrence['status'][]): string {
  const [first = 0, next = 0] = startsOf(schedule);
  const occurrences = [occurrence(first, 'scheduled'), ...second.map((status) => occurrence(next, status))];
  return calendarFile(schedule, occurrences, 'https://meet.example.org/s/s1').replace(/\r\n[ \t]/g, '');
}

/** When the series of a file begins, and how many meetings it has. */
function valuesIn(schedule: Schedule): { DTSTART: string | undefined; COUNT: string | undefined } {
  const value = (pattern: RegExp) => pattern.exec(fileOf(schedule))?.[1];
  return { DTSTART: value(/DTSTART;TZID=Europe\/Berlin:(\S+)/), COUNT: value(/COUNT=(\d+)/) };
}

describe('a calendar file', () => {
  it.each(['UTC', 'Etc/UTC', 'GMT'])('has times in %s that mean the same everywhere', (timeZone) => {
    const file = fileOf({ ...daily, timeZone }, 'cancelled');
    expect(file).toContain('DTSTART:20270327T100000Z');
    expect(file).toContain('DTEND:20270327T103000Z');
    expect(file).toContain('EXDATE:20270328T100000Z');
    expect(file).not.toMatch(/TZID|VTIMEZONE/);
  });

  it('has times on the wall of its zone, and leaves out what was cancelled', () => {
    const file = fileOf(daily, 'cancelled');
    expect(file).toContain('DTSTART;TZID=Europe/Berlin:20270327T100000');
    expect(file).toContain('EXDATE;TZID=Europe/Berlin:20270328T100000');
    expect(file).toContain('TZID:Europe/Berlin');
  });

  it.each(['UTC', 'Europe/Berlin'])('says in UTC when it was made, also for a series in %s', (timeZone) => {
    expect(fileOf({ ...daily, timeZone })).toMatch(/^DTSTAMP:\d{8}T\d{6}Z\r$/m);
  });

  it('does not leave out a time that the series has again', () => {
    expect(fileOf(daily, 'cancelled', 'scheduled')).not.toContain('EXDATE');
  });

  it('begins with the first meeting there is, and ends with the last', () => {
    const { COUNT, DTSTART } = valuesIn({ ...daily, recurrence: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270410' });
    expect([DTSTART, COUNT]).toEqual(['20270329T100000', '2']);
    expect(valuesIn({ ...daily, recurrence: 'FREQ=DAILY;COUNT=999' }).COUNT).toBe(String(mostOccurrences));
    expect(valuesIn({ ...daily, recurrence: 'FREQ=DAILY;UNTIL=20990101' }).COUNT).toBe(String(mostOccurrences));
  });

  it('has the one meeting where a series became that, and none that was moved before', () => {
    const [start = 0] = startsOf(daily);
    const moved = (originalStart: number, title: string): Occurrence => {
      return { ...occurrence(originalStart, 'scheduled'), startTime: originalStart + hourMs, title, overridden: true };
    };
    const once = { ...daily, recurrence: undefined };
    const past = moved(start - 24 * hourMs, 'Past');
    const fileWith = (...occurrences: Occurrence[]) => calendarFile(once, occurrences, 'https://meet.example.org/s/s1');
    expect(fileWith(past)).toContain('DTSTART;TZID=Europe/Berlin:20270327T100000');
    expect(fileWith(past, moved(start, 'Later'))).toContain('DTSTART;TZID=Europe/Berlin:20270327T110000');
  });
});
