import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@canopy/runtime/logger';
// oxlint-disable-next-line import/default -- it is CommonJS, which Node imports so
import opentype from 'opentype.js';
import { type Caption, captionsOf, type WidthOf } from '../../core/recording/captions.ts';
import type { Placed } from '../../core/recording/composition.ts';
import { captionFile, fontFile } from '../../core/recording/filter-graph.ts';
import { runFfmpeg } from './ffmpeg.ts';

/** It has the scripts of Europe, Arabic, Hebrew, Armenian and Georgian, and comes with us: hosts need no fonts. */
const font = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));

/** Puts down what ffmpeg reads to write names into a picture. */
export class CaptionWriter {
  readonly #ffmpeg: string;
  readonly #logger: Logger;
  /** Whether ffmpeg can write at all; undefined: it was not asked yet. */
  #isAble: boolean | undefined;
  #widthOf: WidthOf | undefined;

  constructor(ffmpeg: string, logger: Logger) {
    this.#ffmpeg = ffmpeg;
    this.#logger = logger;
  }

  /** Returns the captions that lie in the folder then, by their index; none where ffmpeg can't write. Errors: RECORDING_FAILED. */
  async write(
    folder: string,
    placed: readonly Placed[],
    names: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<Caption[]> {
    if (names.size === 0 || !(await this.#canWrite(signal))) return [];
    this.#widthOf ??= await readWidths();
    const captions = captionsOf(placed, names, this.#widthOf);
    await copyFile(font, join(folder, fontFile));
    for (const [index, { text }] of captions.entries()) await writeFile(join(folder, captionFile(index)), text);
    return captions;
  }

  async #canWrite(signal: AbortSignal): Promise<boolean> {
    if (this.#isAble === undefined) {
      this.#isAble = /\bdrawtext\b/.test(await runFfmpeg(this.#ffmpeg, ['-filters'], signal));
      if (!this.#isAble)
        this.#logger.warn({ ffmpeg: this.#ffmpeg }, 'composing without names: this ffmpeg has no filter drawtext');
    }
    return this.#isAble;
  }
}

async function readWidths(): Promise<WidthOf> {
  const { buffer, byteOffset, byteLength } = await readFile(font);
  const parsed = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
  return (character) => {
    if (!parsed.hasChar(character)) return undefined;
    return (parsed.charToGlyph(character).advanceWidth ?? 0) / parsed.unitsPerEm;
  };
}
