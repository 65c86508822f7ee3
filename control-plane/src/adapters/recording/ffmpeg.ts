import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bareEnvironment } from '@canopy/runtime/bare-environment';
import { CanopyError } from '@canopy/runtime/errors';

const run = promisify(execFile);
/** Whatever is in a file that an edge stored: it is read as one of these formats or not at all, nothing is fetched for it, and no decoder runs but of codecs that meetings and stretches have. */
const guarded = (formats: string) =>
  [
    ['-protocol_whitelist', 'file'],
    ['-format_whitelist', formats],
    ['-codec_whitelist', 'vp8,vp9,h264,libdav1d,libaom-av1,opus,pcm_s16le'],
  ].flat();
const preamble = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'];
const mostSaidBytes = 16 * 1024 * 1024;

/** Runs ffmpeg to its end, in a folder if one is given; returns what it wrote to standard output. Errors: RECORDING_DISK_FULL, RECORDING_FAILED. */
export async function runFfmpeg(
  ffmpeg: string,
  args: readonly string[],
  signal: AbortSignal,
  cwd?: string,
): Promise<string> {
  try {
    const options = { signal, env: bareEnvironment(), maxBuffer: mostSaidBytes, cwd };
    return (await run(ffmpeg, [...preamble, ...args], options)).stdout;
  } catch (cause) {
    const full = /no space left on device/i.test(String(cause));
    throw new CanopyError(full ? 'RECORDING_DISK_FULL' : 'RECORDING_FAILED', undefined, { cause });
  }
}

/** Whether there is media in a file. Errors: RECORDING_FAILED, ffmpeg could not be asked. */
export async function opens(ffmpeg: string, file: string, signal: AbortSignal): Promise<boolean> {
  try {
    const args = [...preamble, ...guarded('matroska,webm'), '-i', file, '-map', '0', '-c', 'copy', '-f', 'null', '-'];
    await run(ffmpeg, args, { signal, env: bareEnvironment() });
    return true;
  } catch (cause) {
    // A number is the code with which it ended by itself.
    if (cause instanceof Error && 'code' in cause && typeof cause.code === 'number') return false;
    throw new CanopyError('RECORDING_FAILED', undefined, { cause });
  }
}

/** Arguments that read the files of a list one after the other. */
export function listed(list: string): string[] {
  return [...guarded('concat,matroska,webm'), '-f', 'concat', '-safe', '0', '-i', list];
}
