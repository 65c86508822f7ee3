import { expect, test } from 'vitest';
import { withQuery } from './router.ts';

test('what an address asks for is put in, changed and taken out, and the rest stays', () => {
  expect(withQuery('', { meeting: 'a b' })).toBe('?meeting=a+b');
  expect(withQuery('?meeting=a&edge=fra-1', { meeting: 'b', person: 'p' })).toBe('?meeting=b&edge=fra-1&person=p');
  expect(withQuery('?meeting=a', { meeting: '', person: '' })).toBe('');
});
