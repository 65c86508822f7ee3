import { expect, test } from 'vitest';
import { firstShown, olderFrom } from './shown.ts';

const messages = (count: number, since = 1) =>
  Array.from({ length: count }, (_, index) => ({ sequence: since + index }));

test('the newest page is shown, of few all', () => {
  expect([firstShown(messages(1_000), null), firstShown(messages(3), null)]).toEqual([800, 0]);
});

test('who reads older messages keeps them, however many come', () => {
  expect([firstShown(messages(1_000), 801), firstShown(messages(1_500), 801)]).toEqual([800, 800]);
});

test('a page more is shown at a time, at last with all that are still loaded', () => {
  const from = olderFrom(messages(500), 300);
  expect(firstShown(messages(500), from)).toBe(100);
  const oldest = olderFrom(messages(500), 100);
  expect([oldest, firstShown(messages(550), oldest)]).toEqual([0, 0]);
});
