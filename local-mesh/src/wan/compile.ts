import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('./wan.c', import.meta.url));

/** Path of the emulator's binary, compiled when its source has changed. Throws when there is no C compiler. */
export async function compileWan(): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(source))
    .digest('hex');
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'canopy');
  const binary = join(folder, `wan-${process.arch}-${hash.slice(0, 16)}`);
  if (await exists(binary)) return binary;
  await mkdir(folder, { recursive: true });
  const fresh = `${binary}.${process.pid}`;
  const compiler = process.env.CC ?? 'cc';
  try {
    await promisify(execFile)(compiler, ['-O2', '-std=gnu17', '-o', fresh, source], { timeout: 60_000 });
  } catch (cause) {
    throw new Error(`the WAN emulator needs a C compiler: ${compiler} failed`, { cause });
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
