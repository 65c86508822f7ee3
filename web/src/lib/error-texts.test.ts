import { CanopyError, errorClass, errorCodes } from '@canopy/client';
import { expect, test } from 'vitest';
import { humanError } from './error-texts.ts';

test.each(errorCodes)('%s has words for people: what happened, and what to do', (code) => {
  const { title, advice, retryable } = humanError(new CanopyError(code));
  expect(title).toMatch(/^[A-Z][^.]+$/);
  expect(advice).toMatch(/^[A-Z].+\.$/);
  expect(`${title} ${advice}`).not.toMatch(/_|token|socket|transport|session|edge|null|undefined/i);
  expect(retryable).toBe(errorClass(code).retryable);
});

test('anything unexpected is our fault, and its text stays with us', () => {
  const { title, advice } = humanError(new TypeError('secret of the implementation'));
  expect(`${title} ${advice}`).not.toContain('secret');
});

test('a browser that can’t do it is told to be exchanged', () => {
  const error = Object.assign(new Error('device not supported'), { name: 'UnsupportedError' });
  expect(humanError(error).code).toBe('UNSUPPORTED');
});
