import { expect, it } from 'vitest';
import { email, handle, handleFrom } from './account.ts';

it.each([
  ['Mara Lindqvist', 'mara-lindqvist-7f3a'],
  ['Júlia  Ångström!', 'julia-angstrom-7f3a'],
  ['李雷', 'room-7f3a'],
  ['', 'room-7f3a'],
])('makes a handle from %j', (name, made) => {
  expect(handleFrom(name, '7f3a')).toBe(made);
  expect(handle.safeParse(made).success).toBe(true);
});

it('takes no handle that could be mistaken or is none', () => {
  for (const text of ['ab', '-abc', 'abc-', 'Abc', 'a/b', 'a'.repeat(41)])
    expect(handle.safeParse(text).success).toBe(false);
});

it('takes addresses as the same whatever their case', () => {
  expect(email.parse('Mara@Example.ORG')).toBe('mara@example.org');
});
