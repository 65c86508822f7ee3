import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Logger } from '@canopy/runtime/logger';
import { captionsOf, type WidthOf } from '../../core/recording/captions.ts';
import type { Placed, Span } from '../../core/recording/composition.ts';
import { captionFiles } from '../../core/recording/filter-graph.ts';
import { subtitles } from '../../core/recording/subtitles.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { ownFont, readWidths } from './fonts.ts';

/** Who is seen in a stretch, and what they are called, by their ids. */
interface Named {
  span: Span;
  placed: readonly Placed[];
  names: ReadonlyMap<string, string>;
}

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

  /** Returns whether there are names, and they lie in the folder then; none where ffmpeg can't write. Errors: RECORDING_FAILED. */
  async write(folder: string, { span, placed, names }: Named, signal: AbortSignal): Promise<boolean> {
    if (names.size === 0 || !(await this.#canWrite(signal))) return false;
    this.#widthOf ??= await readWidths(this.#logger, signal);
    const captions = captionsOf(placed, names, this.#widthOf);
    const fonts = join(folder, captionFiles.fonts);
    await mkdir(fonts, { recursive: true });
    await copyFile(ownFont, join(fonts, basename(ownFont)));
    await writeFile(join(folder, captionFiles.subtitles), subtitles(captions, span));
    return captions.length > 0;
  }

  async #canWrite(signal: AbortSignal): Promise<boolean> {
    if (this.#isAble === undefined) {
      this.#isAble = /^ *\S+ +ass +/m.test(await runFfmpeg(this.#ffmpeg, ['-filters'], signal));
      if (!this.#isAble)
        this.#logger.warn({ ffmpeg: this.#ffmpeg }, 'composing without names: this ffmpeg has no filter ass');
    }
    return this.#isAble;
  }
}
