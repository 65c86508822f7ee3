import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CanopyError } from '@canopy/runtime/errors';

const run = promisify(execFile);

/** Runs ffmpeg to its end. Errors: RECORDING_DISK_FULL, RECORDING_FAILED. */
export async function runFfmpeg(ffmpeg: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await run(ffmpeg, args, { signal });
  } catch (cause) {
    const full = /no space left on device/i.test(String(cause));
    throw new CanopyError(full ? 'RECORDING_DISK_FULL' : 'RECORDING_FAILED', undefined, { cause });
  }
}
