import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { startsOf } from '../../core/schedule/recurrence.ts';
import { zoneComponent } from './time-zone.ts';

const year = 2027;

/** When the clocks of a zone are set (Unix ms), and to what, in minutes. */
interface Change {
  at: number;
  to: number;
}

function changesIn(component: string): Change[] {
  return [...component.matchAll(/BEGIN:(STANDARD|DAYLIGHT)\r\n([\s\S]*?)END:\1/g)].flatMap(([, , lines = '']) => {
    const property = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(lines)?.[1]?.trim() ?? '';
    const [from, to] = [minutes(property('TZOFFSETFROM')), minutes(property('TZOFFSETTO'))];
    return onsets(property('DTSTART'), property('RRULE')).map((wall) => ({ at: wall - from * 60_000, to }));
  });
}

const known = new Map<string, number[]>();

/** On the wall; of a yearly rule those of this year and the year before. Most zones share theirs with others. */
function onsets(dtstart: string, rule: string): number[] {
  const first = Temporal.PlainDateTime.from(dtstart);
  const since = rule === '' ? first : first.with({ year: year - 1, month: 1, day: 1 });
  const start = since.toString({ smallestUnit: 'minute' });
  const found =
    known.get(start + rule) ??
    startsOf({ timeZone: 'UTC', start, recurrence: rule === '' ? undefined : `${rule};COUNT=2` });
  known.set(start + rule, found);
  return found;
}

function minutes(offset: string): number {
  const [, sign, hours, rest] = /^([+-])(\d\d)(\d\d)$/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(rest));
}

describe('what calendars are told of a zone', () => {
  it('is for every zone what this server goes by, in winter and in summer', () => {
    const times = [`${year}-01-15T12:00Z`, `${year}-07-15T12:00Z`].map((each) => Temporal.Instant.from(each));
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const changes = changesIn(zoneComponent(zone) ?? '').toSorted((a, b) => b.at - a.at);
      const told = times.map(({ epochMilliseconds }) => changes.find(({ at }) => at <= epochMilliseconds)?.to);
      const real = times.map((time) => time.toZonedDateTimeISO(zone).offsetNanoseconds / 60e9);
      expect([zone, told]).toEqual([zone, real]);
    }
  });

  it.each(['Europe/Kyiv', 'Europe/Kiev', 'US/Eastern', 'europe/berlin'])('has the name %s that events have', (zone) => {
    expect(zoneComponent(zone)).toContain(`\r\nTZID:${zone}\r\n`);
  });
});
