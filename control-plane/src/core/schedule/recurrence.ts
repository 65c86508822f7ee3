import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** Meetings of one series, at most; a rule without an end goes on until it has given so many. */
export const mostOccurrences = 366;

const part =
  /^(FREQ=(DAILY|WEEKLY|MONTHLY)|INTERVAL=[1-9]\d?|COUNT=[1-9]\d{0,2}|UNTIL=\d{8}|BYDAY=-?[1-5]?(MO|TU|WE|TH|FR|SA|SU)(,-?[1-5]?(MO|TU|WE|TH|FR|SA|SU)){0,6}|BYMONTHDAY=(-1|[1-9]|[12]\d|3[01])|WKST=(MO|SU))$/;

/**
 * A recurrence rule (RFC 5545 §3.3.10) of those parts that people use: FREQ (DAILY, WEEKLY, MONTHLY), INTERVAL, BYDAY, BYMONTHDAY,
 * WKST, and COUNT or UNTIL. UNTIL is a date, the last one that counts where the series is at home.
 */
export const recurrenceRule = z
  .string()
  .max(200)
  .refine((rule) => rule.split(';').every((each) => part.test(each)), 'not a rule this server knows')
  .refine((rule) => {
    const names = rule.split(';').map((each) => each.split('=')[0]);
    return names.includes('FREQ') && new Set(names).size === names.length;
  }, 'FREQ must be given, and no part twice')
  .refine((rule) => !(rule.includes('COUNT=') && rule.includes('UNTIL=')), 'COUNT and UNTIL exclude each other')
  .refine((rule) => rule.includes('FREQ=MONTHLY') || !/BYDAY=[^;]*\d/.test(rule), 'only a month has an nth weekday')
  .refine((rule) => isDate(untilOf(rule)), 'UNTIL is no date');

/** A name of the IANA time zone database. */
export const timeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]/, 'not an IANA time zone')
  .refine((name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      return true;
    } catch {
      return false;
    }
  }, 'not an IANA time zone');

/** A time on the wall, without a zone: `2027-03-28T10:00`. */
export const wallTime = z
  .string()
  .regex(/^2\d{3}-\d\d-\d\dT\d\d:\d\d$/, 'not a local time such as 2027-03-28T10:00')
  .refine((text) => isDateTime(text), 'no such time');

/** When a series takes place. */
export interface SeriesTiming {
  timeZone: string;
  /** Of the first meeting, there. */
  start: string;
  /** Undefined: once. */
  recurrence: string | undefined;
}

/**
 * When the meetings of a series start, Unix ms. The rule is followed on the wall clock, so that a meeting stays at ten when summer
 * time comes; a time that a clock change skips is an hour later, one that comes twice is the first of them.
 */
export function startsOf({ timeZone: zone, start, recurrence }: SeriesTiming): number[] {
  const first = Temporal.PlainDateTime.from(start);
  if (recurrence === undefined) return [first.toZonedDateTime(zone).epochMilliseconds];
  const until = untilOf(recurrence);
  const lastDay = until === undefined ? undefined : Temporal.PlainDate.from(until);
  const rule = new RRuleTemporal({
    rruleString: `RRULE:${recurrence.replace(/;?UNTIL=\d{8}/, '')}`,
    // Wall-clock times, calculated with as if there were no zones.
    dtstart: first.toZonedDateTime('UTC'),
    temporal: Temporal,
  });
  const starts: number[] = [];
  rule.all((wall) => {
    const local = wall.toPlainDateTime();
    if (lastDay !== undefined && Temporal.PlainDate.compare(local.toPlainDate(), lastDay) > 0) return false;
    starts.push(local.toZonedDateTime(zone).epochMilliseconds);
    return starts.length < mostOccurrences;
  });
  return starts;
}

/** The rule as a calendar file wants it: it ends after so many meetings as there are, whatever else ends it here. */
export function ruleForCalendars(recurrence: string, meetings: number): string {
  return `${recurrence.replace(/;?(COUNT=\d+|UNTIL=\d{8})/, '').replace(/^;/, '')};COUNT=${meetings}`;
}

function untilOf(rule: string): string | undefined {
  return /UNTIL=(\d{8})/.exec(rule)?.[1];
}

function isDate(text: string | undefined): boolean {
  return text === undefined || parses(() => Temporal.PlainDate.from(text, { overflow: 'reject' }));
}

function isDateTime(text: string): boolean {
  return parses(() => Temporal.PlainDateTime.from(text, { overflow: 'reject' }));
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
