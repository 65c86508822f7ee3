import type { CalendarEntry, NewSchedule } from '@canopy/client';
import { type Options, optionsOf, otherSettings, plainOptions, settingsOf } from '../creation/options.ts';
import { type Repetition, repeats, repetitionOf } from './repetition.ts';

/** What the dialog holds. */
export interface Draft {
  title: string;
  mode: 'meeting' | 'webinar';
  /** `2027-03-28` and `10:00`, on the wall of the zone. */
  date: string;
  time: string;
  durationMinutes: string;
  timeZone: string;
  repeat: 'once' | Repetition | 'kept';
  /** The last day; empty: as long as a series may be. */
  until: string;
  /** Empty: guests come when they like. */
  earlyJoinMinutes: string;
  /** Viewers by region. */
  audience: Readonly<Record<string, string>>;
  options: Options;
  /** End to end: decided once. */
  encrypted: boolean;
}

export function newDraft(now: Date, timeZone: string): Draft {
  const inAnHour = new Date(Math.ceil(now.getTime() / 1_800_000 + 1) * 1_800_000);
  return {
    title: '',
    mode: 'meeting',
    ...wallTimeIn(inAnHour, timeZone),
    durationMinutes: '60',
    timeZone,
    repeat: 'once',
    until: '',
    earlyJoinMinutes: '10',
    audience: {},
    options: plainOptions,
    encrypted: false,
  };
}

/** What was changed of a draft that began as another, but for its date: that of one meeting is not that of its series. */
export function changedIn(draft: Draft, before: Draft): Partial<Draft> {
  const fields = Object.keys(draft) as (keyof Draft)[];
  const changed = fields.filter((field) => field !== 'date' && draft[field] !== before[field]);
  return Object.fromEntries(changed.map((field) => [field, draft[field]]));
}

/** What there is, to be changed: one meeting at its own time, or the series from its beginning. */
export function draftOf({ schedule, title, startTime, durationMinutes }: CalendarEntry, one: boolean): Draft {
  const { mode, timeZone, start, recurrence, settings } = schedule;
  const [date = '', time = ''] = start.split('T');
  // How often it takes place is more than the dialog shows.
  const repeat = recurrence === null || recurrence.includes('COUNT') ? undefined : repetitionOf(recurrence);
  const until = /UNTIL=(\d{4})(\d\d)(\d\d)/.exec(recurrence ?? '');
  const expected = settings.expectedAudience;
  const early = settings.earlyJoinMinutes;
  return {
    title: one ? title : schedule.title,
    mode,
    ...(one ? wallTimeIn(new Date(startTime), timeZone) : { date, time }),
    durationMinutes: String(one ? durationMinutes : schedule.durationMinutes),
    timeZone,
    repeat: recurrence === null ? 'once' : (repeat ?? 'kept'),
    until: until === null ? '' : until.slice(1).join('-'),
    earlyJoinMinutes: typeof early === 'number' ? String(early) : '',
    audience:
      typeof expected === 'object' && expected !== null
        ? Object.fromEntries(Object.entries(expected).map(([region, count]) => [region, String(count)]))
        : {},
    options: optionsOf(settings),
    encrypted: settings.endToEndEncrypted === true,
  };
}

/** As the API takes it. `kept`: what is kept of a schedule that says more than the dialog shows. */
export function toSchedule(draft: Draft, kept: { recurrence?: string | null; settings?: object } = {}) {
  const { title, mode, date, time, durationMinutes, timeZone, repeat, until } = draft;
  const { earlyJoinMinutes, audience, options, encrypted } = draft;
  const end = until === '' ? '' : `;UNTIL=${until.replaceAll('-', '')}`;
  const expected = Object.entries(audience).filter(([, count]) => Number(count) > 0);
  const { earlyJoinMinutes: _early, expectedAudience: _expected, ...others } = otherSettings({ ...kept.settings });
  const recurrence =
    repeat === 'once' ? null : repeat === 'kept' ? (kept.recurrence ?? null) : `${repeats[repeat]}${end}`;
  return {
    title: title.trim(),
    mode,
    timeZone,
    start: `${date}T${time}`,
    recurrence,
    durationMinutes: Number(durationMinutes),
    settings: {
      ...others,
      ...settingsOf(options, mode),
      ...(encrypted && { endToEndEncrypted: true }),
      ...(earlyJoinMinutes === '' ? {} : { earlyJoinMinutes: Number(earlyJoinMinutes) }),
      ...(expected.length === 0
        ? {}
        : { expectedAudience: Object.fromEntries(expected.map(([region, count]) => [region, Number(count)])) }),
    },
  } satisfies Omit<NewSchedule, 'recurrence'> & { recurrence: string | null };
}

/** The field that says that the meeting should be over; undefined where it is not, or where nobody knows such a time. */
export function passedIn({ date, time, timeZone, durationMinutes }: Draft, now: Date): 'date' | 'time' | undefined {
  if (Number.isNaN(Date.parse(`${date}T${time}Z`))) return undefined;
  const end = instantOf(date, time, timeZone).getTime() + Number(durationMinutes) * 60_000;
  if (end > now.getTime()) return undefined;
  return date < wallTimeIn(now, timeZone).date ? 'date' : 'time';
}

/** When it is `date` and `time` in a zone: the offset there is found by asking what a guess reads as. */
export function instantOf(date: string, time: string, timeZone: string): Date {
  const wanted = Date.parse(`${date}T${time}Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = wallTimeIn(new Date(guess), timeZone);
    guess += wanted - Date.parse(`${shown.date}T${shown.time}Z`);
  }
  return new Date(guess);
}

function wallTimeIn(at: Date, timeZone: string): { date: string; time: string } {
  // Swedish writes 2027-03-28 10:00.
  const [date = '', time = ''] = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    .format(at)
    .split(' ');
  return { date, time };
}
