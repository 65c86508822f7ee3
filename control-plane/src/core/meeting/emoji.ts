const oneEmoji = /^\p{RGI_Emoji}$/v;

/** Whether a text is one emoji of those recommended for general interchange (https://unicode.org/reports/tr51/). */
export function isEmoji(text: string): boolean {
  return text.length <= 32 && oneEmoji.test(text);
}
