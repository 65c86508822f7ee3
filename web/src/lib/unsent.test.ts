import { expect, test } from 'vitest';
import { withoutSent } from './unsent.ts';

test('what is typed while something is being sent stays, and nothing of what was sent', () => {
  expect(withoutSent('hello', 'hello')).toBe('');
  expect(withoutSent('hello\nand more', 'hello')).toBe('and more');
  expect(withoutSent('something else', 'hello')).toBe('something else');
});
