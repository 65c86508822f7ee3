/** What may rise over the stage: few emojis, so that those of a large audience can be counted. */
export const stageEmojis = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
export type StageEmoji = (typeof stageEmojis)[number];

/** Characters of a chat message, as a reader counts them. */
export const longestMessage = 2_000;
