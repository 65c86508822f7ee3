import { expect, test } from 'vitest';
import { satisfies } from './dependencies.mjs';

const lock = (packages: Record<string, object>) => ({ packages });
const zod = { version: '4.6.7', integrity: 'sha512-a' };

test('an installation with every locked package is up to date', () => {
  const wanted = lock({ '': {}, geo: {}, 'node_modules/zod': zod });
  expect(satisfies(lock({ 'node_modules/zod': zod }), wanted)).toBe(true);
});

test('a missing package, or one of another version or content, is not', () => {
  const wanted = lock({ 'node_modules/zod': zod });
  expect(satisfies(lock({}), wanted)).toBe(false);
  expect(satisfies(lock({ 'node_modules/zod': { ...zod, version: '4.6.6' } }), wanted)).toBe(false);
  expect(satisfies(lock({ 'node_modules/zod': { ...zod, integrity: 'sha512-b' } }), wanted)).toBe(false);
});

test('optional packages, which are for other platforms, may be missing', () => {
  const wanted = lock({ 'node_modules/fsevents': { version: '2.3.3', optional: true } });
  expect(satisfies(lock({}), wanted)).toBe(true);
});
