import { isRoot } from './apt.mjs';
import { SetupError } from './report.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Env */

/** What to do where a test is not permitted what it needs root for: network namespaces, mounts, hosts that systemd boots. */
export const howToGetRoot = 'run as root, or set CANOPY_SKIP_ROOT=1 to leave out the tests that need it';

/**
 * Whether tests that need root are left out; says so. Where they are not, they fail rather than pass unseen when they are not
 * permitted what they need.
 * @param {Env} env
 */
export function rootTestsLeftOut(env) {
  const leftOut = env.CANOPY_SKIP_ROOT === '1';
  if (leftOut) console.warn('CANOPY_SKIP_ROOT=1: tests that need root are left out');
  return leftOut;
}

/**
 * Throws a SetupError for who is not root and does not leave out the tests that need it: before all tests are begun.
 * @param {Env} env
 * @param {boolean} [root] whether they are root
 */
export function requireRoot(env, root = isRoot()) {
  if (root || env.CANOPY_SKIP_ROOT === '1') return;
  throw new SetupError(`Some tests need root, for network namespaces and mounts: ${howToGetRoot}.`);
}
