import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {Set<string>} */
const folders = new Set();
process.on('exit', () => {
  for (const folder of folders) remove(folder);
});

/**
 * Does work in a temporary folder, which goes with it, and with this process where a signal ends that in the middle.
 * @template T
 * @param {string} name
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inWorkFolder(name, work) {
  const folder = mkdtempSync(join(tmpdir(), `canopy-${name}-`));
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    remove(folder);
    folders.delete(folder);
  }
}

/** A compiler that was killed just now may still have been at it. @param {string} folder */
function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
