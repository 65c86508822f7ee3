import { expect, test } from 'vitest';
import { zoneLabel, zoneName, zoneNames } from './zones.ts';

const known = (zone: string) => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;

test('zones go by the names they have today, each once', () => {
  const names = zoneNames('Asia/Calcutta');
  expect(names).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Europe/Kyiv', 'Europe/Berlin', 'UTC']));
  expect(names.filter((name) => /Calcutta|Kiev/.test(name))).toEqual([]);
  expect(new Set(names.map(known)).size).toBe(names.length);
});

test('whatever a zone is called, its clocks stay the same', () => {
  const all = Intl.supportedValuesOf('timeZone');
  expect(all.map((zone) => known(zoneName(zone)))).toEqual(all.map(known));
});

test.each([
  ['Europe/Berlin', '2027-03-27T12:00:00Z', 'Europe/Berlin (UTC+1)'],
  ['Europe/Berlin', '2027-03-28T12:00:00Z', 'Europe/Berlin (UTC+2)'],
  ['America/New_York', '2027-01-01T12:00:00Z', 'America/New York (UTC-5)'],
  ['Asia/Kolkata', '2027-01-01T12:00:00Z', 'Asia/Kolkata (UTC+5:30)'],
])('%s at %s is offered as %s', (zone, at, label) => {
  expect(zoneLabel(zone, new Date(at))).toBe(label);
});
