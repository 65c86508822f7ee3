import { SetupError } from '../report.mjs';

/**
 * @typedef {object} WorkerSource
 * @property {string} name
 * @property {() => Promise<string | undefined>} get the binary; undefined when this source has none for this machine
 */

/**
 * The worker of the first source whose worker runs here; later sources, which cost more, are not asked.
 * @param {WorkerSource[]} sources
 * @param {(binary: string) => boolean} runs
 * @param {import('../report.mjs').Report} report
 */
export async function firstWorker(sources, runs, report) {
  for (const { name, get } of sources) {
    const binary = await get();
    if (binary === undefined) continue;
    if (runs(binary)) return { binary, source: name };
    report(`the one from ${name} does not run here`);
  }
  throw new SetupError('No mediasoup-worker was found that runs here: set MEDIASOUP_WORKER_BIN to one that does.');
}
