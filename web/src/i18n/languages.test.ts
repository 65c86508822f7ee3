import { expect, test } from 'vitest';
import { de } from './de/index.ts';
import { en } from './en/index.ts';

/** Every text by its path, such as `stage.pin`. */
function textsOf(node: object, path = ''): [string, string][] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') return [[here, value] satisfies [string, string]];
    return typeof value === 'object' && value !== null ? textsOf(value, here) : [];
  });
}

const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

test('both languages say the same things', () => {
  const german = textsOf(de).map(([path]) => path);
  expect(german.sort()).toEqual(
    textsOf(en)
      .map(([path]) => path)
      .sort(),
  );
});

test.each(textsOf(en))('%s speaks of the same in both languages', (path, text) => {
  const german = textsOf(de).find(([each]) => each === path)?.[1] ?? '';
  expect(german).not.toBe('');
  expect(placeholders(german)).toEqual(placeholders(text));
});
