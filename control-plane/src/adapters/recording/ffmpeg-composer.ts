import { access, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Composer, Stretch } from '../../app/recording/ports.ts';
import { composedFile, composedFolder, type Span } from '../../core/recording/composition.ts';
import { filterGraph, type Input } from '../../core/recording/filter-graph.ts';
import type { RecordingPart } from '../../core/recording/recording.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { segmentsIn } from './segments.ts';

const preamble = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'];
/** Two keyframes in ten seconds, so that a player finds its way. */
const video = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1500k', '-g', '125'];

/** Composes with ffmpeg, in the folder in which edges record: `<recording>/composed/`. */
export class FfmpegComposer implements Composer {
  readonly #root: string;
  readonly #ffmpeg: string;

  constructor(root: string, ffmpeg: string) {
    this.#root = root;
    this.#ffmpeg = ffmpeg;
  }

  async stretch(recordingId: string, index: number, stretch: Stretch, signal: AbortSignal): Promise<void> {
    const folder = join(this.#root, composedFolder(recordingId));
    const file = join(folder, stretchFile(index));
    if (await exists(file)) return;
    await mkdir(folder, { recursive: true });
    const inputs: (Input & { list: string })[] = [];
    for (const part of stretch.parts) {
      const input = await this.#input(recordingId, part, stretch.span);
      if (input !== undefined) inputs.push(input);
    }
    const graph = filterGraph(inputs, stretch.placed, stretch.span);
    const read = inputs.flatMap(({ list }) => ['-f', 'concat', '-safe', '0', '-i', list]);
    const maps = ['-filter_complex', graph, '-map', '[picture]', '-map', '[sound]'];
    // Sound is encoded once, at the end: coded pieces would click where they meet.
    const output = [...video, '-c:a', 'pcm_s16le', '-f', 'matroska', `${file}.new`];
    await runFfmpeg(this.#ffmpeg, [...preamble, ...read, ...maps, ...output], signal);
    await rename(`${file}.new`, file);
  }

  async join(recordingId: string, count: number, signal: AbortSignal): Promise<number> {
    const folder = join(this.#root, composedFolder(recordingId));
    const file = join(this.#root, composedFile(recordingId));
    const list = join(folder, 'stretches.txt');
    const names = Array.from({ length: count }, (_, index) => stretchFile(index));
    await writeFile(list, names.map((name) => `file '${name}'\n`).join(''));
    const codecs = ['-c:v', 'copy', '-c:a', 'libopus', '-b:a', '96k'];
    const output = ['-f', 'webm', '-cues_to_front', '1', `${file}.new`];
    await runFfmpeg(
      this.#ffmpeg,
      [...preamble, '-f', 'concat', '-safe', '0', '-i', list, ...codecs, ...output],
      signal,
    );
    await rename(`${file}.new`, file);
    for (const name of names) await rm(join(folder, name), { force: true });
    return (await stat(file)).size;
  }

  async remove(recordingId: string): Promise<void> {
    await rm(join(this.#root, recordingId), { recursive: true, force: true });
  }

  /** A part, of which only the segments of this time are read. */
  async #input(recordingId: string, { id, kind, startedAt }: RecordingPart, { from, to }: Span) {
    const at = (seconds: number) => startedAt + seconds * 1_000;
    const segments = (await segmentsIn(join(this.#root, recordingId, id))).filter(
      (segment) => at(segment.from) < to && (segment.to === undefined || at(segment.to) > from),
    );
    const [first] = segments;
    if (first === undefined) return undefined;
    const list = join(this.#root, composedFolder(recordingId), `${id}.txt`);
    const entries = segments.map((segment) => {
      const length = segment.to === undefined ? '' : `duration ${(segment.to - segment.from).toFixed(6)}\n`;
      return `file '${segment.file}'\n${length}`;
    });
    await writeFile(list, entries.join(''));
    return { partId: id, kind, startsAt: at(first.from), list };
  }
}

function stretchFile(index: number): string {
  return `${String(index).padStart(5, '0')}.mkv`;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
