import { expect, test } from 'vitest';
import { defaultRole, meetingPathIn, readInvitation } from './invitation.ts';

const id = '0b6f7f64-9d0e-4a39-8a62-3a1a5e4c2f11';

test.each([
  [id, `/m/${id}`],
  [`  ${id} `, `/m/${id}`],
  [`https://meet.example.org/m/${id}`, `/m/${id}`],
  [`https://meet.example.org/m/${id}/?role=attendee`, `/m/${id}?role=attendee`],
  [`meet.example.org/m/${id}#token=abc.def`, `/m/${id}#token=abc.def`],
])('finds the meeting in %s', (text, path) => {
  expect(meetingPathIn(text)).toBe(path);
});

test('finds the way to a series and to a personal room as well', () => {
  expect(meetingPathIn('https://example.org/s/abc-123')).toBe('/s/abc-123');
  expect(meetingPathIn('https://example.org/r/mara/')).toBe('/r/mara');
});

test.each(['', 'hello', 'https://example.org/', `javascript:alert(1)`, '/m/', `/m/${id}/../../x`])(
  'finds no meeting in %j',
  (text) => {
    expect(meetingPathIn(text)).toBeNull();
  },
);

test('reads role and token from the address, and nothing that is no role', () => {
  expect(readInvitation('?role=panelist', '#token=a.b.c')).toEqual({ role: 'panelist', token: 'a.b.c' });
  expect(readInvitation('?role=admin', '')).toEqual({});
});

test('reads the key of an encrypted meeting, however it was escaped', () => {
  expect(readInvitation('', '#key=abc_-123')).toEqual({ key: 'abc_-123' });
  expect(readInvitation('', '#token=t&key=two%20words')).toEqual({ token: 't', key: 'two words' });
  expect(readInvitation('', '#invitation=i&key=k')).toEqual({ link: 'i', key: 'k' });
  expect(readInvitation('?key=no', '#key=')).toEqual({});
});

test('the creator hosts; guests take part in a meeting and watch a webinar', () => {
  expect(defaultRole(true, 'webinar')).toBe('host');
  expect(defaultRole(false, 'meeting')).toBe('panelist');
  expect(defaultRole(false, 'webinar')).toBe('attendee');
});
