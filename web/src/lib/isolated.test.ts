import { expect, test } from 'vitest';
import { isolated } from './isolated.ts';

test('a name that is written from right to left is isolated within a sentence', () => {
  expect(isolated('ליאור כהן')).toBe('\u2068ליאור כהן\u2069');
  expect(isolated('أحمد (Berlin)')).toBe('\u2068أحمد (Berlin)\u2069');
});

test('other texts stay as they are', () => {
  expect(isolated('Zoë & <b>François</b>')).toBe('Zoë & <b>François</b>');
  expect(isolated('李 2 🎉')).toBe('李 2 🎉');
});
