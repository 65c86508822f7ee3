import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { failure as failureWith, UsageError } from './failure.ts';

const failure = (error: unknown) => failureWith(error, 'CANOPY_API_KEY');

test('what may work later ends otherwise than what does not', () => {
  expect(failure(new CanopyError('STATE_UNAVAILABLE')).exitCode).toBe(3);
  expect(failure(new CanopyError('EDGE_NOT_FOUND')).exitCode).toBe(1);
});

test('what the API can’t read is wrong usage, and named as it was given', () => {
  const refused = new CanopyError('BAD_REQUEST', 'querystring.meeting: Invalid UUID');
  expect(failure(refused)).toEqual({ text: 'meeting: Invalid UUID (BAD_REQUEST)', exitCode: 2 });
  const expired = new CanopyError('BAD_REQUEST', 'body.expiresAt: It is over already.');
  expect(failure(expired)).toEqual({ text: 'expiresAt: It is over already. (BAD_REQUEST)', exitCode: 2 });
  expect(failure(new CanopyError('BAD_REQUEST', 'A proxy in between answered with 403.')).exitCode).toBe(1);
});

test('a refusal says which key is meant', () => {
  expect(failure(new CanopyError('FORBIDDEN'))).toEqual({
    text: expect.stringContaining('which key is in CANOPY_API_KEY'),
    exitCode: 4,
  });
  const elsewhere = failureWith(new CanopyError('MEETING_NOT_FOUND'), '/run/key').text;
  expect(elsewhere).toContain('the key in /run/key lacks mesh.operate');
});

test('where there is no key, none is blamed', () => {
  expect(failureWith(new CanopyError('MEETING_NOT_FOUND'), undefined)).toEqual({
    text: 'There is no such meeting. (MEETING_NOT_FOUND)',
    exitCode: 1,
  });
  expect(failureWith(new CanopyError('TOKEN_INVALID'), undefined)).toEqual({
    text: expect.stringContaining('There is no API key'),
    exitCode: 4,
  });
});

test('an error says what it came from, and whether it may pass', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED ::1:5432'), { code: 'ECONNREFUSED' });
  const text = 'the database can not be read: connect ECONNREFUSED ::1:5432';
  const nowhere = new Error('the database can not be read', { cause: new AggregateError([refused, refused]) });
  expect(failure(nowhere)).toEqual({ text, exitCode: 3 });
  const cause = new Error('no rights');
  expect(failure(new Error('not done', { cause }))).toEqual({ text: 'not done: no rights', exitCode: 1 });
});

test('an error is one sentence, whatever it brought along', () => {
  expect(failure(new Error('no\nat somewhere')).text).toBe('no');
  expect(failure(new UsageError('Say which edge.')).exitCode).toBe(2);
});
