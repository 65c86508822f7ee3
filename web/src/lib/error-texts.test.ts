import { CanopyError, errorClass, errorCodes } from '@canopy/client';
import i18next from 'i18next';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { de } from '../i18n/de/index.ts';
import { en } from '../i18n/en/index.ts';
import { humanError } from './error-texts.ts';

describe.each(['en', 'de'])('in %s', (lng) => {
  beforeEach(() => i18next.init({ lng, defaultNS: 'common', resources: { en, de } }));
  afterAll(() => i18next.changeLanguage('en'));

  test.each(errorCodes)('%s has words for people: what happened, and what to do', (code) => {
    const { title, advice, retryable } = humanError(new CanopyError(code));
    expect(title).toMatch(/^\p{Lu}[^.]+$/u);
    expect(advice).toMatch(/^\p{Lu}.+\.$/u);
    expect(`${title} ${advice}`).not.toMatch(/_|token|socket|transport|session|edge\b|null|undefined/i);
    expect(retryable).toBe(errorClass(code).retryable);
  });

  test('anything unexpected is our fault, and its text stays with us', () => {
    const { title, advice } = humanError(new TypeError('secret of the implementation'));
    expect(`${title} ${advice}`).not.toContain('secret');
  });

  test('a browser that can’t do it is told to be exchanged', () => {
    const error = Object.assign(new Error('device not supported'), { name: 'UnsupportedError' });
    expect(humanError(error)).toMatchObject({ code: 'UNSUPPORTED', advice: expect.stringContaining('Chrome') });
  });
});
