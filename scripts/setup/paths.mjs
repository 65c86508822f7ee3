import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} name of a step; its output goes there */
export const setupLog = (name) => join(root, '.local-mesh', 'logs', `setup-${name}.log`);

/**
 * Where this user's programs keep what can be made again (XDG Base Directory Specification).
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function cacheFolder(env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'canopy');
}
