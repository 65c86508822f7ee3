import { expect, test } from 'vitest';
import { bitrate, inFull, initials, meetingName, timeOf } from './format.ts';

test('initials are those of the first and last name', () => {
  expect(initials('Mara Lindqvist')).toBe('ML');
  expect(initials('  Júlia ')).toBe('J');
  expect(initials('Anna Maria van Dijk')).toBe('AD');
  expect(initials('😀 Smile')).toBe('😀S');
  expect(initials('')).toBe('?');
});

test('bitrates come in the unit that suits them', () => {
  expect(bitrate(0)).toBe('0 kbit/s');
  expect(bitrate(64_000)).toBe('64 kbit/s');
  expect(bitrate(2_500_000)).toBe('2.5 Mbit/s');
  expect(bitrate(1_200_000_000)).toBe('1.2 Gbit/s');
});

test('a time has its date unless that is today’s', () => {
  const at = new Date(2026, 10, 29, 0, 5);
  expect(timeOf(at, new Date(2026, 10, 29, 23, 59))).not.toMatch(/26/);
  expect(timeOf(at, new Date(2026, 10, 30, 0, 4))).toMatch(/26.*:05/);
});

test('a meeting goes by its title, and where it has none or none is known by the beginning of its id', () => {
  const id = '0b54e39c-2f4e-4d6a-9a3c-6f9b2f0d1e11';
  expect(meetingName(new Map([[id, 'Review']]), id)).toBe('Review');
  expect(meetingName(new Map([[id, '']]), id)).toBe('0b54e39c');
  expect(meetingName(undefined, id)).toBe('0b54e39c');
});

test('a time says its zone', () => {
  const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(Date.UTC(2037, 2, 23))
    .find(({ type }) => type === 'timeZoneName')?.value;
  expect(inFull('2037-03-23T09:05:00.000Z')).toMatch(new RegExp(`2037.*:05.*${zone}`));
});
