import { z } from 'zod';

// Unicode "Other" holds control, format, surrogate and unassigned characters; the joiners that emoji and several scripts need are kept.
const invisible = /(?![\u200c\u200d])\p{C}/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Code units kept for each character that is allowed, so that a pile of combining marks is no way around the limit. */
const unitsPerCharacter = 8;

/** Text from outside as we keep it: composed (NFC), without control characters, single spaces, at most `maxLength` characters as a reader counts them. */
export function cleanText(text: string, maxLength: number): string {
  const composed = text.slice(0, maxLength * unitsPerCharacter).normalize('NFC');
  const visible = composed.replace(/\s+/gu, ' ').replace(invisible, '').trim();
  const characters = Array.from(graphemes.segment(visible), ({ segment }) => segment);
  return characters.slice(0, maxLength).join('').trim();
}

/** A customer's own id of a person: kept as it is, so it must be fit to be kept. */
export const userIdSchema = z
  .string()
  .regex(/^\P{C}{1,128}$/u, 'up to 128 characters, none of them control characters');
