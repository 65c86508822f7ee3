import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { resumeTokens } from './resume-tokens.ts';

test('a token says whose it is', () => {
  const meetingId = randomUUID();
  const { token, hash } = resumeTokens.issue(meetingId, 'p-1');
  expect(resumeTokens.read(token)).toEqual({ meetingId, participantId: 'p-1', hash });
});

test.each([
  'x 900001\r\nUNSUB 1\r\nSUB y.p.s',
  '*.p.s',
  `${randomUUID()}.p q.s`,
  `${randomUUID()}.p`,
  `${randomUUID()}.p.s.t`,
])('%j is none: it would go on to the bus and to the store as it is', (token) => {
  expect(resumeTokens.read(token)).toBeUndefined();
});
