import { expect, test } from 'vitest';
import { requireRoot, rootTestsLeftOut } from './root.mjs';

test('who is not root is told at once that some tests need it, and how to leave them out', () => {
  expect(() => requireRoot({}, false)).toThrow(
    'Some tests need root, for network namespaces and mounts: run as root, or set CANOPY_SKIP_ROOT=1 to leave out the ' +
      'tests that need it.',
  );
});

test('root, and who leaves out the tests that need it, are told nothing', () => {
  requireRoot({}, true);
  requireRoot({ CANOPY_SKIP_ROOT: '1' }, false);
});

test('tests that need root are left out only when asked to be, whoever runs them', () => {
  expect(rootTestsLeftOut({})).toBe(false);
  expect(rootTestsLeftOut({ CANOPY_SKIP_ROOT: '' })).toBe(false);
  expect(rootTestsLeftOut({ CANOPY_SKIP_ROOT: '1' })).toBe(true);
});
