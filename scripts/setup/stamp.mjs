import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * A hash over names and contents of files. Folders count with all below them, but for what is generated.
 * @param {string} base names count relative to it
 * @param {string[]} paths files and folders; those that do not exist count as such
 */
export function contentHash(base, paths) {
  const hash = createHash('sha256');
  for (const path of paths) for (const file of filesBelow(path)) addFile(hash, base, file);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} base
 * @param {string} file
 */
function addFile(hash, base, file) {
  const content = readFileSync(file);
  hash.update(`${relative(base, file)}\n${content.length}\n`).update(content);
}

const generated = new Set(['node_modules', 'dist', 'gen']);

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !generated.has(name))
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/**
 * Makes `output` unless it was made from the same input before. The stamp lies inside the output, so that it goes with it.
 * @param {string} output a folder
 * @param {string} inputHash
 * @param {() => Promise<void>} make
 * @returns {Promise<boolean>} whether it was made
 */
export async function makeOnce(output, inputHash, make) {
  const stamp = join(output, '.made-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputHash) return false;
  await make();
  writeFileSync(stamp, inputHash);
  return true;
}
