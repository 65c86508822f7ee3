import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { fetchBytes } from '../fetch-bytes.mjs';
import { setupLog } from '../paths.mjs';

const releases = 'https://github.com/versatica/mediasoup/releases/download';

/**
 * Downloads mediasoup's prebuilt worker into `folder`.
 * @param {string} url
 * @param {string} folder
 * @param {{ answerMs: number, totalMs: number }} patience for the first byte, and for all of them
 * @returns {Promise<string>} the binary; rejects when it cannot be had within that time
 */
export async function downloadWorker(url, folder, patience) {
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, 'prebuilt.tgz');
  await writeFile(archive, await fetchBytes(url, patience));
  await run('tar', ['xzf', archive, '-C', folder, 'mediasoup-worker'], {
    what: 'unpacking the prebuilt mediasoup-worker',
    logFile: setupLog('worker-download'),
    timeoutMs: 30_000,
  });
  return join(folder, 'mediasoup-worker');
}

/**
 * Where mediasoup publishes it; a mirror is named by the variable that mediasoup's own installer reads.
 * @param {string} version
 * @param {string} name
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function prebuiltUrl(version, name, env) {
  return `${env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || releases}/${version}/${name}`;
}
