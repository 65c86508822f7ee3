import { describe, expect, it } from 'vitest';
import { mostOccurrences, recurrenceRule, ruleForCalendars, startsOf, timeZone, wallTime } from './recurrence.ts';

const startsIn = (zone: string, start: string, recurrence?: string) =>
  startsOf({ timeZone: zone, start, recurrence }).map((ms) => new Date(ms).toISOString());

describe('the meetings of a series', () => {
  it('stay at their time on the wall when summer time comes and goes', () => {
    expect(startsIn('Europe/Berlin', '2027-03-22T10:00', 'FREQ=WEEKLY;COUNT=2')).toEqual([
      '2027-03-22T09:00:00.000Z',
      '2027-03-29T08:00:00.000Z',
    ]);
    expect(startsIn('America/New_York', '2027-11-01T10:00', 'FREQ=WEEKLY;COUNT=2')).toEqual([
      '2027-11-01T14:00:00.000Z',
      '2027-11-08T15:00:00.000Z',
    ]);
  });

  it('take place an hour later when their time is skipped, and at the first when it comes twice', () => {
    expect(startsIn('Europe/Berlin', '2027-03-27T02:30', 'FREQ=DAILY;COUNT=3')).toEqual([
      '2027-03-27T01:30:00.000Z',
      '2027-03-28T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
    expect(startsIn('Europe/Berlin', '2027-10-31T02:30')).toEqual(['2027-10-31T00:30:00.000Z']);
  });

  it('are on the day their zone means, not that of UTC', () => {
    const starts = startsIn('Pacific/Auckland', '2027-01-05T08:00', 'FREQ=WEEKLY;BYDAY=TU;UNTIL=20270112');
    expect(starts).toEqual(['2027-01-04T19:00:00.000Z', '2027-01-11T19:00:00.000Z']);
  });

  it('follow the last weekday of a month, and leave out days that a month lacks', () => {
    expect(startsIn('UTC', '2027-01-29T09:00', 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=2')).toEqual([
      '2027-01-29T09:00:00.000Z',
      '2027-02-26T09:00:00.000Z',
    ]);
    const ends = startsIn('UTC', '2027-01-31T09:00', 'FREQ=MONTHLY;COUNT=3');
    expect(ends.map((each) => each.slice(5, 10))).toEqual(['01-31', '03-31', '05-31']);
  });

  it('have an end even where the rule has none', () => {
    expect(startsIn('UTC', '2027-01-01T09:00', 'FREQ=DAILY')).toHaveLength(mostOccurrences);
    expect(startsIn('UTC', '2027-01-01T09:00', 'FREQ=DAILY;COUNT=999')).toHaveLength(mostOccurrences);
  });
});

it.each(['FREQ=DAILY', 'FREQ=DAILY;UNTIL=20270603', 'FREQ=DAILY;COUNT=999', 'COUNT=3;FREQ=DAILY'])(
  'gives calendars a rule %j that ends with the last meeting there is',
  (rule) => {
    expect(ruleForCalendars(rule, 3)).toBe('FREQ=DAILY;COUNT=3');
  },
);

it.each([
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU',
  'FREQ=DAILY;INTERVAL=3;BYDAY=MO',
  'FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31',
  'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2MO',
])('gives the same meetings with %j when it is followed from the first of them', (rule) => {
  const starts = startsIn('UTC', '2027-06-02T10:00', `${rule};COUNT=20`);
  expect(starts[0]).not.toBe('2027-06-02T10:00:00.000Z');
  expect(startsIn('UTC', starts[0]?.slice(0, 16) ?? '', `${rule};COUNT=20`)).toEqual(starts);
});

it.each([
  'FREQ=HOURLY',
  'COUNT=3',
  'FREQ=DAILY;COUNT=0',
  'FREQ=DAILY;FREQ=WEEKLY',
  'FREQ=DAILY;COUNT=2;UNTIL=20270101',
  'FREQ=DAILY;UNTIL=20270230',
  'FREQ=WEEKLY;BYDAY=2MO',
  'FREQ=DAILY\r\nATTACH:x',
])('refuses the rule %j', (rule) => {
  expect(recurrenceRule.safeParse(rule).success).toBe(false);
});

it('knows times and zones that exist', () => {
  expect(timeZone.safeParse('Asia/Kolkata').success).toBe(true);
  expect(timeZone.safeParse('Mars/Olympus').success).toBe(false);
  expect(timeZone.safeParse('+02:00').success).toBe(false);
  expect(wallTime.safeParse('2027-02-29T10:00').success).toBe(false);
});
