import { expect, test } from 'vitest';
import { messageOf } from './message-of.ts';

test('an error is told in one line, with what it came from', () => {
  expect(messageOf(new Error('no\nat somewhere'))).toBe('no');
  expect(messageOf('thrown as it is')).toBe('thrown as it is');
  const cause = new Error('no rights\non that table');
  expect(messageOf(new Error('it was not written', { cause }))).toBe('it was not written: no rights');
});

test('a host none of whose addresses answers says why, and not nothing', () => {
  const refused = new Error('connect ECONNREFUSED ::1:5432');
  expect(messageOf(new AggregateError([refused, refused]))).toBe('connect ECONNREFUSED ::1:5432');
});
