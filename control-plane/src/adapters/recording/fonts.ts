import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bareEnvironment } from '@canopy/runtime/bare-environment';
import type { Logger } from '@canopy/runtime/logger';
// oxlint-disable-next-line import/default -- it is CommonJS, which Node imports so
import opentype from 'opentype.js';
import type { WidthOf } from '../../core/recording/captions.ts';

const run = promisify(execFile);
/** Hundreds of fonts say it in 2 MB. */
const mostSaidBytes = 64 * 1024 * 1024;
const codePoints = 0x11_00_00;

/** It has the scripts of Europe, Arabic, Hebrew, Armenian and Georgian, and comes with us. */
export const ownFont = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));

const ignorable = /\p{Default_Ignorable_Code_Point}/u;
const mark = /\p{Mn}/u;
const square =
  /[\p{Script_Extensions=Han}\p{Script_Extensions=Hangul}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Emoji_Presentation}]/u;

/** How wide characters are that can be drawn: exactly in our own font; about, in those that the host has for what that lacks. */
export async function readWidths(logger: Logger, signal: AbortSignal): Promise<WidthOf> {
  const own = await readOwnFont();
  const isOnHost = await readHostFonts(logger, signal);
  return (character) => {
    if (own.hasChar(character)) return (own.charToGlyph(character).advanceWidth ?? 0) / own.unitsPerEm;
    if (ignorable.test(character)) return 0;
    if (!isOnHost(character)) return undefined;
    if (mark.test(character)) return 0;
    return square.test(character) ? 1 : 0.7;
  };
}

async function readOwnFont(): Promise<opentype.Font> {
  const { buffer, byteOffset, byteLength } = await readFile(ownFont);
  return opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** Asks fontconfig, where ffmpeg looks for fonts as well, which characters any of them has. */
async function readHostFonts(logger: Logger, signal: AbortSignal): Promise<(character: string) => boolean> {
  const covered = new Uint8Array(codePoints);
  try {
    const args = ['--format', '%{charset} ', ':outline=True'];
    const { stdout } = await run('fc-list', args, { signal, env: bareEnvironment(), maxBuffer: mostSaidBytes });
    for (const [, from = '', to = from] of stdout.matchAll(/([\da-f]+)(?:-([\da-f]+))?/g))
      covered.fill(1, Number.parseInt(from, 16), Number.parseInt(to, 16) + 1);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error }, 'writing names in our own font only: fontconfig does not say what the host has');
  }
  return (character) => covered[character.codePointAt(0) ?? 0] === 1;
}
