import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Path of the binary made of one C source, compiled when the source has changed; `libraries` are those it is linked with.
 * Throws when there is no C compiler, or a library is not installed.
 */
export async function compileC(source: string, libraries: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const name = basename(source, '.c');
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'canopy');
  const binary = join(folder, `${name}-${process.arch}-${hash.slice(0, 16)}`);
  if (await exists(binary)) return binary;
  await mkdir(folder, { recursive: true });
  const fresh = `${binary}.${process.pid}`;
  const compiler = process.env.CC ?? 'cc';
  const links = libraries.map((library) => `-l${library}`);
  try {
    await promisify(execFile)(compiler, ['-O2', '-std=gnu17', '-o', fresh, source, ...links], { timeout: 60_000 });
  } catch (cause) {
    throw new Error(`${name}.c needs a C compiler${links.map((link) => ` and ${link}`).join('')}: ${compiler} failed`, {
      cause,
    });
  }
  await rename(fresh, binary);
  return binary;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
