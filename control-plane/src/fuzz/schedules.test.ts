import { fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarFile } from '../adapters/calendar/calendar-file.ts';
import {
  mostOccurrences,
  recurrenceRule,
  ruleForCalendars,
  startsOf,
  timeZone,
  wallTime,
} from '../core/schedule/recurrence.ts';
import type { Schedule } from '../core/schedule/schedule.ts';

const rules = mangled([
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=20',
  'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20301231',
  'FREQ=DAILY',
]);

test('a rule that is taken gives meetings, in order and not too many', { timeout: fuzzTimeoutMs }, () => {
  const zones = fc.oneof(
    fc.constantFrom('Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo'),
    mangled(['Europe/Berlin']),
  );
  const times = fc.oneof(fc.constant('2027-03-28T02:30'), mangled(['2027-03-28T10:00']));
  fc.assert(
    fc.property(rules, zones, times, (recurrence, zone, start) => {
      const taken = recurrenceRule.safeParse(recurrence).success && timeZone.safeParse(zone).success;
      if (!taken || !wallTime.safeParse(start).success) return;
      const timing = { timeZone: zone, start, recurrence };
      const starts = startsOf(timing);
      expect(starts.length).toBeLessThanOrEqual(mostOccurrences);
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
      if (starts.length === 0) return;
      const told = ruleForCalendars(recurrence, starts.length);
      expect(recurrenceRule.safeParse(told).success).toBe(true);
      expect(startsOf({ ...timing, recurrence: told })).toEqual(starts);
    }),
    fuzzing(200),
  );
});

test('no title gets another line, or another event, into a calendar file', { timeout: fuzzTimeoutMs }, () => {
  const titles = fc.oneof(
    fc.string(),
    mangled(['Review\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Forged', 'A;B,C\\n:"D"']),
  );
  const schedule: Omit<Schedule, 'title'> = {
    id: 's1',
    apiKeyId: 'k1',
    hostId: undefined,
    mode: 'meeting',
    durationMinutes: 30,
    settings: {},
    passwordHash: undefined,
    sequence: 0,
    status: 'active',
    timeZone: 'Europe/Berlin',
    start: '2027-03-28T10:00',
    recurrence: undefined,
  };
  const propertiesOf = (title: string) => {
    const lines = calendarFile({ ...schedule, title }, [], 'https://meet.example.org/s/s1').split(/\r?\n(?![ \t])/);
    return lines.map((line) => line.split(/[:;]/)[0]).filter((name) => name !== 'DTSTAMP');
  };
  const expected = propertiesOf('Review');
  fc.assert(
    fc.property(titles, (title) => {
      expect(propertiesOf(title)).toEqual(expected);
    }),
    fuzzing(200),
  );
});
