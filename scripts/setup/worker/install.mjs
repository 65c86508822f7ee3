import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildWorker } from '../../mediasoup-worker/build.mjs';
import { reasonOf } from '../fetch-bytes.mjs';
import { cacheFolder, root } from '../paths.mjs';
import { SetupError, seconds } from '../report.mjs';
import { contentHash } from '../stamp.mjs';
import { inWorkFolder } from '../work-folder.mjs';
import { workerRuns } from './binary.mjs';
import { placeBinary, putIntoCache, takeFromCache } from './cache.mjs';
import { downloadWorker, prebuiltUrl } from './download.mjs';
import { cacheKey, prebuiltName, thisPlatform } from './platform.mjs';
import { firstWorker } from './sources.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Env */
/** @typedef {import('../report.mjs').Report} Report */

const mediasoup = join(root, 'node_modules', 'mediasoup');
/** Where mediasoup looks for its worker when MEDIASOUP_WORKER_BIN is not set. */
const installed = join(mediasoup, 'worker', 'out', 'Release', 'mediasoup-worker');

/**
 * Gets mediasoup its worker, from the first of: MEDIASOUP_WORKER_BIN, what is in place, the user's cache, mediasoup's
 * prebuilt download, a build from the package's own sources.
 * @param {Env} env
 * @param {Report} report
 */
export async function installWorker(env, report) {
  if (env.MEDIASOUP_WORKER_BIN) return useGiven(env.MEDIASOUP_WORKER_BIN, report);
  if (existsSync(installed) && workerRuns(installed)) return report('up to date');

  const { version } = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'))
  );
  const recipe = contentHash(root, [join(root, 'scripts', 'mediasoup-worker')]);
  const cache = join(cacheFolder(env), 'mediasoup-worker', cacheKey(version, thisPlatform(), recipe));
  await inWorkFolder('worker', async (work) => {
    const started = performance.now();
    const sources = [
      { name: 'the cache', get: async () => takeFromCache(cache) },
      { name: "mediasoup's releases", get: () => download(version, work, env, report) },
      { name: 'the sources', get: () => build(work, report) },
    ];
    const { binary, source } = await firstWorker(sources, workerRuns, report);
    putIntoCache(cache, binary);
    mkdirSync(dirname(installed), { recursive: true });
    placeBinary(binary, installed);
    report(`from ${source}, after ${seconds(started)}`);
  });
}

/**
 * @param {string} binary
 * @param {Report} report
 */
function useGiven(binary, report) {
  if (!workerRuns(binary))
    throw new SetupError(
      `MEDIASOUP_WORKER_BIN names ${binary}, which does not run here: unset it, or name a mediasoup-worker binary.`,
    );
  report(`MEDIASOUP_WORKER_BIN=${binary}`);
}

/**
 * @param {string} version
 * @param {string} folder
 * @param {Env} env
 * @param {Report} report
 */
async function download(version, folder, env, report) {
  const url = prebuiltUrl(version, prebuiltName(version, thisPlatform()), env);
  report(`downloading ${url}`);
  try {
    return await downloadWorker(url, join(folder, 'download'), { answerMs: 15_000, totalMs: 180_000 });
  } catch (error) {
    report(`no prebuilt worker: ${reasonOf(error)}`);
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {Report} report
 */
async function build(folder, report) {
  report('building it from the sources of the npm package; this takes about 10 minutes on two cores, once');
  try {
    return await buildWorker(join(mediasoup, 'worker'), folder, report);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const instead = 'Set MEDIASOUP_WORKER_BIN to a mediasoup-worker binary, if you have one.';
    throw new SetupError(`mediasoup-worker could be neither downloaded nor built. ${error.message} ${instead}`);
  }
}
