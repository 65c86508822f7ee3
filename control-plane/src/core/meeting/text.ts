import { countCharacters, unitsPerCharacter } from '@canopy/proto/conversation';
import { z } from 'zod';

// Unicode "Other" holds control, format, surrogate and unassigned characters; the joiners that emoji and several scripts need are kept.
const invisible = /(?![\u200c\u200d])\p{C}/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Text from outside as we keep it: composed (NFC), without control characters, single spaces, at most `maxLength` characters as a reader counts them. */
export function cleanText(text: string, maxLength: number): string {
  const composed = text.slice(0, maxLength * unitsPerCharacter).normalize('NFC');
  const visible = composed.replace(/\s+/gu, ' ').replace(invisible, '').trim();
  const characters = Array.from(graphemes.segment(visible), ({ segment }) => segment);
  return characters.slice(0, maxLength).join('').trim();
}

/**
 * A message of several lines as we keep it: each line as {@link cleanText} keeps it, at most one empty line in a row.
 * Undefined if it has more than `maxLength` characters.
 */
export function cleanLines(text: string, maxLength: number): string | undefined {
  if (text.trim().length > maxLength * unitsPerCharacter) return undefined;
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/u).map((line) => cleanText(line, maxLength + 1));
  const cleaned = lines
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
  return countCharacters(cleaned) > maxLength ? undefined : cleaned;
}

/** An id of ours, of a participant, a track, an edge or a region, as it comes back: whatever else it may be, it is fit to be looked for in every store. */
export const idSchema = z.string().regex(/^\P{C}{1,64}$/u, 'up to 64 characters, none of them control characters');

/** A customer's own id of a person: kept as it is, so it must be fit to be kept. */
export const userIdSchema = z
  .string()
  .regex(/^\P{C}{1,128}$/u, 'up to 128 characters, none of them control characters');
