import type { CalendarEntry } from '@canopy/client';
import { expect, test } from 'vitest';
import { draftOf, instantOf, newDraft, passedIn, toSchedule } from './draft.ts';
import { repetitionOf, repetitions } from './repetition.ts';

const entry: CalendarEntry = {
  meetingId: 'm',
  title: 'Special',
  startTime: '2027-03-30T08:00:00.000Z',
  durationMinutes: 30,
  status: 'scheduled',
  meetingStatus: 'scheduled',
  overridden: true,
  schedule: {
    id: 's',
    title: 'Weekly',
    mode: 'webinar',
    timeZone: 'Europe/Berlin',
    start: '2027-03-23T10:00',
    recurrence: 'FREQ=WEEKLY;UNTIL=20270406',
    durationMinutes: 60,
    settings: { earlyJoinMinutes: 5, expectedAudience: { 'eu-central-1': 100 }, other: true },
    hasPassword: false,
    sequence: 0,
    status: 'active',
    links: { guest: '', host: '', calendar: '' },
  },
};

test('a new meeting is at the next half hour that is far enough away', () => {
  const { date, time, repeat } = newDraft(new Date('2027-01-01T09:10:00Z'), 'Asia/Tokyo');
  expect([date, time, repeat]).toEqual(['2027-01-01', '19:00', 'once']);
});

test('what a series says comes back as it was', () => {
  const { schedule } = entry;
  const { title, mode, timeZone, start, recurrence, durationMinutes, settings } = schedule;
  const same = { title, mode, timeZone, start, recurrence, durationMinutes, settings };
  expect(toSchedule(draftOf(entry, false), schedule)).toEqual(same);
  const encrypted = { ...schedule, settings: { ...settings, endToEndEncrypted: true } };
  expect(toSchedule(draftOf({ ...entry, schedule: encrypted }, false), encrypted).settings).toEqual(encrypted.settings);
  const odd = { ...schedule, recurrence: 'FREQ=MONTHLY;BYDAY=2TU;COUNT=4' };
  expect(toSchedule(draftOf({ ...entry, schedule: odd }, false), odd).recurrence).toBe(odd.recurrence);
  const counted = { ...schedule, recurrence: 'FREQ=DAILY;COUNT=4' };
  expect(toSchedule(draftOf({ ...entry, schedule: counted }, false), counted).recurrence).toBe(counted.recurrence);
  expect([odd, counted].map((each) => repetitionOf(each.recurrence))).toEqual([undefined, 'daily']);
});

test('one meeting of it has its own title, time and length', () => {
  const one = { title: 'Special', date: '2027-03-30', time: '10:00', durationMinutes: '30' };
  expect(draftOf(entry, true)).toMatchObject(one);
});

test.each(repetitions)('a series that repeats %s is known again', (repeat) => {
  const { recurrence } = toSchedule({ ...newDraft(new Date(), 'UTC'), repeat, until: '2027-04-06' });
  const { schedule } = entry;
  const draft = draftOf({ ...entry, schedule: { ...schedule, recurrence } }, false);
  expect([draft.repeat, draft.until]).toEqual([repeat, '2027-04-06']);
  expect(repetitionOf(recurrence ?? '')).toBe(repeat);
});

test.each([
  ['2026-12-31', '12:00', 'date'],
  ['2027-01-01', '08:10', 'time'],
  ['2027-01-01', '08:11', undefined],
  ['2027-01-01', '12:00', undefined],
  ['12345-01-01', '12:00', undefined],
] as const)('at ten past nine in London, %s %s for an hour has passed by its %s', (date, time, field) => {
  const now = new Date('2027-01-01T09:10:00Z');
  expect(passedIn({ ...newDraft(now, 'Europe/London'), date, time }, now)).toBe(field);
});

test.each([
  ['2027-03-28', '10:00', 'Europe/Berlin', '2027-03-28T08:00:00.000Z'],
  ['2027-03-28', '01:30', 'Europe/Berlin', '2027-03-28T00:30:00.000Z'],
  ['2027-01-01', '00:15', 'America/Los_Angeles', '2027-01-01T08:15:00.000Z'],
  ['2027-01-01', '00:15', 'Asia/Kolkata', '2026-12-31T18:45:00.000Z'],
])('%s %s in %s is %s', (date, time, zone, instant) => {
  expect(instantOf(date, time, zone).toISOString()).toBe(instant);
});
