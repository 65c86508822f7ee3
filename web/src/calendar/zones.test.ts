import { expect, test } from 'vitest';
import { zoneName, zoneNames } from './zones.ts';

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
