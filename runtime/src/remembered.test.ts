import { expect, test } from 'vitest';
import { remembered } from './remembered.ts';

test('gives everybody who asks for the same text the same object', () => {
  const read = remembered((text) => ({ text }), 2);
  expect(read('a')).toBe(read('a'));
  expect(read('a')).toEqual({ text: 'a' });
});

test('forgets the text that was asked for longest ago', () => {
  const texts: string[] = [];
  const read = remembered((text) => texts.push(text), 2);
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) read(text);
  expect(texts).toEqual(['a', 'b', 'c', 'b']);
});

test('remembers nothing of a text that can’t be read', () => {
  let attempts = 0;
  const read = remembered(() => {
    if (++attempts === 1) throw new Error('not yet');
    return attempts;
  }, 2);
  expect(() => read('a')).toThrow('not yet');
  expect(read('a')).toBe(2);
});
