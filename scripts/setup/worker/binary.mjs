import { spawnSync } from 'node:child_process';

/** What a worker ends with when it is not started by mediasoup's Node part (worker/src/main.cpp). */
const noParentExitCode = 41;

/**
 * Whether this is a mediasoup-worker that runs on this machine.
 * @param {string} binary
 */
export function workerRuns(binary) {
  return spawnSync(binary, { env: {}, stdio: 'ignore', timeout: 10_000 }).status === noParentExitCode;
}
