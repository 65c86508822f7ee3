/** What may rise over the stage: few emojis, so that those of a large audience can be counted. */
export const stageEmojis = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
export type StageEmoji = (typeof stageEmojis)[number];

/** UTF-16 code units that a character may have, so that a pile of combining marks is no way around a limit. */
export const unitsPerCharacter = 8;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many characters a text has where it may only have so many: as a reader counts them (grapheme clusters, UAX #29), and at least one for every eight UTF-16 code units. */
export function countCharacters(text: string): number {
  const composed = text.normalize('NFC');
  return Math.max([...graphemes.segment(composed)].length, Math.ceil(composed.length / unitsPerCharacter));
}

/** Characters of a chat message, as {@link countCharacters} counts them. */
export const longestMessage = 2_000;

/** Characters of a question, counted so too; of an answer to one, as of a chat message. */
export const longestQuestion = 500;

/** Characters of a participant's name; more is cut off. */
export const longestName = 64;

/** Characters of what those are told who wait at the door; more is cut off. */
export const longestDoorMessage = 280;

/** Characters of what a poll asks and of each option, and how many options there are. */
export const pollBounds = { question: 300, option: 120, fewestOptions: 2, mostOptions: 10 } as const;
