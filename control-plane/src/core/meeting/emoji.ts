const oneEmoji = /^\p{RGI_Emoji}$/v;

/** Whether a text is one emoji of those recommended for general interchange (https://unicode.org/reports/tr51/). */
export function isEmoji(text: string): boolean {
  return text.length <= 32 && oneEmoji.test(text);
}

/** What can rise over the stage: few, so that those of a large audience can be counted. */
export const stageEmojis = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
