import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import type { Composer, Stretch } from '../../app/recording/ports.ts';
import { composedFile, composedFolder, type Span, type UsedPart } from '../../core/recording/composition.ts';
import { filterGraph } from '../../core/recording/filter-graph.ts';
import type { Loudness } from '../../core/recording/speakers.ts';
import { CaptionWriter } from './caption-writer.ts';
import { listed, opens, runFfmpeg } from './ffmpeg.ts';
import { loudnessOf } from './loudness.ts';
import { bringPart, type PartInput } from './segments.ts';
import { onWorkDisk } from './work-disk.ts';

/** Two keyframes in ten seconds, so that a player finds its way. */
const video = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1500k', '-g', '125'];
/** A picture that changes its size, as of a phone that is turned, is scaled anew; otherwise all filters would begin anew. */
const ofAnySize = ['-reinit_filter', '0'];

export interface FfmpegComposerOptions {
  store: ObjectStore;
  /** Takes what is being worked on: the segments of a minute, and at the end the whole. */
  workFolder: string;
  /** The program. */
  ffmpeg: string;
  /** Names the process, which may share its work folder with others. */
  composerId: string;
  logger: Logger;
}

/** Composes with ffmpeg what a store has, and stores the outcome beside it: `<recording>/composed/`. */
export class FfmpegComposer implements Composer {
  readonly #options: FfmpegComposerOptions;
  readonly #store: ObjectStore;
  readonly #ffmpeg: string;
  readonly #captions: CaptionWriter;

  constructor(options: FfmpegComposerOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#ffmpeg = options.ffmpeg;
    this.#captions = new CaptionWriter(options.ffmpeg, options.logger);
  }

  async has(recordingId: string, index: number): Promise<boolean> {
    return (await this.#store.stat(stretchKey(recordingId, index))) !== undefined;
  }

  async listen(recordingId: string, parts: readonly UsedPart[], span: Span, signal: AbortSignal): Promise<Loudness[]> {
    const found: Loudness[] = [];
    for (const part of parts) {
      const { participantId } = part;
      const input = participantId === undefined ? undefined : await this.#bring(recordingId, part, span, signal);
      if (input === undefined || participantId === undefined) continue;
      found.push(...(await loudnessOf(this.#ffmpeg, input, participantId, signal)));
    }
    return found;
  }

  async stretch(recordingId: string, index: number, stretch: Stretch, signal: AbortSignal): Promise<void> {
    const inputs: PartInput[] = [];
    for (const part of stretch.parts) {
      const input = await this.#bring(recordingId, part, stretch.span, signal);
      if (input !== undefined) inputs.push(input);
    }
    const folder = await this.#folder(recordingId);
    const isCaptioned = await onWorkDisk(() => this.#captions.write(folder, stretch, signal));
    const graph = filterGraph(inputs, stretch.placed, stretch.span, isCaptioned);
    const read = inputs.flatMap(({ kind, list }) => [...(kind === 'video' ? ofAnySize : []), ...listed(list)]);
    const maps = ['-filter_complex', graph, '-map', '[picture]', '-map', '[sound]'];
    const file = join(folder, 'stretch.mkv');
    // Sound is encoded once, at the end: coded pieces would click where they meet.
    await runFfmpeg(this.#ffmpeg, [...read, ...maps, ...video, '-c:a', 'pcm_s16le', file], signal, folder);
    await this.#store.put(stretchKey(recordingId, index), file);
    await this.tidy(recordingId);
  }

  async join(recordingId: string, count: number, signal: AbortSignal): Promise<number> {
    const folder = await this.#folder(recordingId);
    const list = join(folder, 'stretches.txt');
    const names = Array.from({ length: count }, (_, index) => `${index}.mkv`);
    for (const [index, name] of names.entries())
      await this.#store.fetch(stretchKey(recordingId, index), join(folder, name));
    await onWorkDisk(() => writeFile(list, names.map((name) => `file '${name}'\n`).join('')));
    const file = join(folder, 'recording.webm');
    const codecs = ['-c:v', 'copy', '-c:a', 'libopus', '-b:a', '96k', '-cues_to_front', '1'];
    await runFfmpeg(this.#ffmpeg, [...listed(list), ...codecs, file], signal);
    const { size } = await stat(file);
    await this.#store.put(composedFile(recordingId), file);
    await this.#store.remove(stretchesFolder(recordingId));
    await this.#clear(recordingId);
    return size;
  }

  async tidy(recordingId: string): Promise<void> {
    await rm(this.#path(recordingId), { recursive: true, force: true });
  }

  async remove(recordingId: string): Promise<void> {
    await this.#store.remove(recordingId);
    await this.#clear(recordingId);
  }

  /** What compositors that were lost had to work with goes as well; nothing waits for that. */
  async #clear(recordingId: string): Promise<void> {
    const { workFolder, logger } = this.#options;
    try {
      const names = (await readdir(workFolder)).filter((name) => name.startsWith(workName(recordingId)));
      for (const name of names) await rm(join(workFolder, name), { recursive: true, force: true });
    } catch (error) {
      // There may be no folder yet, or somebody who lost the job still writes there.
      logger.debug({ err: error, recordingId }, 'what was only to work with stays');
    }
  }

  async #bring(recordingId: string, part: UsedPart, span: Span, signal: AbortSignal): Promise<PartInput | undefined> {
    const { store, ffmpeg, logger } = this.#options;
    const folder = await this.#folder(recordingId);
    const opened = (file: string) => opens(ffmpeg, file, signal);
    return await onWorkDisk(() => bringPart({ store, recordingId, folder, opens: opened, logger }, part, span));
  }

  async #folder(recordingId: string): Promise<string> {
    const folder = this.#path(recordingId);
    await onWorkDisk(() => mkdir(folder, { recursive: true }));
    return folder;
  }

  #path(recordingId: string): string {
    return join(this.#options.workFolder, `${workName(recordingId)}-${this.#options.composerId}`);
  }
}

function workName(recordingId: string): string {
  return `composing-${recordingId}`;
}

function stretchesFolder(recordingId: string): string {
  return `${composedFolder(recordingId)}/stretches`;
}

function stretchKey(recordingId: string, index: number): string {
  return `${stretchesFolder(recordingId)}/${String(index).padStart(5, '0')}.mkv`;
}
