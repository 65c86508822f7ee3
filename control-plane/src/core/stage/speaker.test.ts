import { expect, it } from 'vitest';
import { heard, isContested, nobodySpoke, settle, settlesAt } from './speaker.ts';

const ada = heard(nobodySpoke, 'europe 0', 'ada', 5_000);

it('plays whoever speaks up in silence at once', () => {
  expect(ada.trackId).toBe('ada');
  const silent = heard(ada, 'europe 0', undefined, 5_200);
  expect(silent.trackId).toBe('ada');
  expect(heard(silent, 'asia 0', 'ben', 5_300).trackId).toBe('ben');
});

it('gives whoever speaks a second before somebody else is played', () => {
  const interrupted = heard(ada, 'asia 0', 'ben', 5_400);
  expect(interrupted.trackId).toBe('ada');
  expect(isContested(ada)).toBe(false);
  expect(isContested(interrupted)).toBe(true);
  expect(settlesAt(interrupted)).toBe(6_000);
  expect(settle(interrupted, 5_999)).toBe(interrupted);
  expect(settle(interrupted, 6_000).trackId).toBe('ben');
});

it('goes back to who still speaks when the one who spoke up falls silent', () => {
  const ben = settle(heard(ada, 'asia 0', 'ben', 5_400), 6_000);
  expect(heard(ben, 'asia 0', undefined, 6_100).trackId).toBe('ada');
});
