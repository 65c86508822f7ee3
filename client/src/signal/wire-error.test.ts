import { expect, test } from 'vitest';
import { fromCloseCode, fromWireError } from './wire-error.ts';

test('keeps a known code and the server’s words', () => {
  const error = fromWireError({ code: 'MEETING_ENDED', message: 'over', retryable: false });
  expect(error).toMatchObject({ code: 'MEETING_ENDED', message: 'over', retryable: false });
});

test('keeps when to come again', () => {
  expect(fromWireError({ code: 'BUSY', message: '', retryable: true, retryAfterMs: 700 }).retryAfterMs).toBe(700);
});

test('keeps whether an unknown code may be retried', () => {
  expect(fromWireError({ code: 'NEW_IN_2030', message: '', retryable: true }).retryable).toBe(true);
  expect(fromWireError({ code: 'NEW_IN_2030', message: '', retryable: false }).retryable).toBe(false);
});

test('a code that looks like a built-in property is unknown', () => {
  expect(fromWireError({ code: '__proto__', message: '', retryable: false }).code).toBe('INTERNAL');
});

test('reads close codes, and takes any other for a lost connection', () => {
  expect(fromCloseCode(4401).code).toBe('TOKEN_INVALID');
  expect(fromCloseCode(1012).code).toBe('SHUTTING_DOWN');
  expect(fromCloseCode(1006)).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
});
