import { expect, it } from 'vitest';
import { rememberedPasswords } from './remembered-passwords.ts';

it('compares what was right once no more, as long as it is remembered, and what was wrong each time', async () => {
  const compared: string[] = [];
  const matches = rememberedPasswords(async (password, hash) => {
    compared.push(password);
    return hash === `hash of ${password}`;
  }, 2);
  const tries = async (password: string, of: string) => matches(password, `hash of ${of}`);
  expect([await tries('a', 'a'), await tries('a', 'a'), await tries('b', 'a'), await tries('b', 'a')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(compared).toEqual(['a', 'b', 'b']);
  // What was right for another meeting is not right here.
  expect(await tries('a', 'b')).toBe(false);
  for (const other of ['c', 'd', 'a']) expect(await tries(other, other)).toBe(true);
  expect(compared).toEqual(['a', 'b', 'b', 'a', 'c', 'd', 'a']);
});
