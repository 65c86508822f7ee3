import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prepareLibsrtp } from '../../../../scripts/mediasoup-worker/libsrtp.mjs';
import { cacheFolder } from '../../../../scripts/setup/paths.mjs';

/**
 * A folder with libsrtp 2 as a shared library with OpenSSL, the same that mediasoup's worker is built with; Debian's has NSS.
 * Rejects where it can't be built.
 */
export async function opensslLibsrtp(): Promise<string> {
  const folder = join(cacheFolder(process.env), `libsrtp2-openssl-${process.arch}`);
  const library = join(folder, 'libsrtp2.so.1');
  try {
    await access(library);
    return folder;
  } catch {
    // Not built yet.
  }
  console.error('building libsrtp with OpenSSL');
  const work = await mkdtemp(join(tmpdir(), 'canopy-libsrtp-'));
  try {
    const archive = join(await prepareLibsrtp(work), 'libsrtp2.a');
    const fresh = `${library}.${process.pid}`;
    await mkdir(folder, { recursive: true });
    const whole = ['-Wl,--whole-archive', archive, '-Wl,--no-whole-archive', '-lcrypto'];
    await promisify(execFile)('cc', ['-shared', '-Wl,-soname,libsrtp2.so.1', '-o', fresh, ...whole]);
    await rename(fresh, library);
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
