import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindingsOf, keyOf, keysFrom, shortcutActions, usualKeys, withKey } from './key-map.ts';

test('no key ever does two things, whatever is chosen', () => {
  const choice = fc.tuple(
    fc.constantFrom(...shortcutActions),
    fc.constantFrom('m', 'v', 'x', 'PageUp', '?', 'Alt+k', 'Space'),
  );
  fc.assert(
    fc.property(fc.array(choice), (choices) => {
      const keys = choices.reduce((map, [action, key]) => withKey(map, action, key), usualKeys);
      expect(new Set(Object.values(keys)).size).toBe(shortcutActions.length);
    }),
  );
});

test('a key is taken with its modifiers; those the page needs are not taken', () => {
  const press = (key: string, more = {}) => keyOf({ key, ctrlKey: false, altKey: false, metaKey: false, ...more });
  expect(press('k', { altKey: true })).toBe('Alt+k');
  expect([press(' '), press(' ', { ctrlKey: true })]).toEqual(['Space', 'Control+Space']);
  expect(['Tab', 'Escape', 'Shift'].map((key) => press(key))).toEqual([null, null, null]);
});

test('a sign is heard with Shift and without, a letter only as it is', () => {
  expect(bindingsOf('?')).toEqual(['?', 'Shift+?']);
  expect(bindingsOf('m')).toEqual(['m']);
  expect(['PageDown', 'Space'].map(bindingsOf)).toEqual([['PageDown'], ['Space']]);
});

test('what was remembered long ago does no harm', () => {
  expect(keysFrom({ toggleMicrophone: 'x', forgotten: 'y', help: 3 })).toEqual({ ...usualKeys, toggleMicrophone: 'x' });
});
