import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The worker kept in `folder`, or undefined. A file is named by the hash of its content, so that one that was damaged, or
 * half written, is not taken.
 * @param {string} folder of one cache key
 */
export function takeFromCache(folder) {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => sha256(join(folder, name)) === name)
    .map((name) => join(folder, name))[0];
}

/**
 * Keeps a binary, unless it is kept already.
 * @param {string} folder of one cache key
 * @param {string} binary
 */
export function putIntoCache(folder, binary) {
  const kept = join(folder, sha256(binary));
  if (binary === kept) return;
  mkdirSync(folder, { recursive: true });
  placeBinary(binary, kept);
}

/**
 * Copies a binary so that nobody ever sees half of it.
 * @param {string} from
 * @param {string} to
 */
export function placeBinary(from, to) {
  const unfinished = `${to}.${process.pid}`;
  copyFileSync(from, unfinished);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, to);
}

/** @param {string} file */
function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
