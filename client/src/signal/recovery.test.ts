import { errorClass, errorCodes } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { passesSoon, recoveryAfter } from './recovery.ts';

test('a session that is gone is joined anew, whatever was tried', () => {
  for (const code of ['RESUME_REFUSED', 'SESSION_NOT_FOUND', 'EDGE_DRAINING'] as const) {
    expect(recoveryAfter(code, 'resume')).toBe('join');
    expect(recoveryAfter(code, 'join')).toBe('join');
  }
});

test('a passing error is met by trying the same again', () => {
  expect(recoveryAfter('STATE_UNAVAILABLE', 'resume')).toBe('resume');
  expect(recoveryAfter('STATE_UNAVAILABLE', 'join')).toBe('join');
  expect(recoveryAfter('SHUTTING_DOWN', 'resume')).toBe('resume');
});

test('no trouble of the service ever ends a participation', () => {
  const ends = errorCodes.filter((code) => errorClass(code).retryable && recoveryAfter(code, 'join') === 'stop');
  expect(ends.sort()).toEqual(['LOBBY_FULL', 'MEETING_FULL', 'MEETING_LOCKED', 'MEETING_NOT_OPEN']);
  expect(errorCodes.filter(passesSoon).map((code) => recoveryAfter(code, 'resume'))).not.toContain('stop');
});

test('what can’t be repaired ends it', () => {
  for (const code of ['TOKEN_INVALID', 'MEETING_ENDED', 'REPLACED', 'FORBIDDEN'] as const) {
    expect(recoveryAfter(code, 'resume')).toBe('stop');
  }
});
