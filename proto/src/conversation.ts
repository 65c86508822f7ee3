/** What may rise over the stage: few emojis, so that those of a large audience can be counted. */
export const stageEmojis = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;
export type StageEmoji = (typeof stageEmojis)[number];

/** Characters of a chat message, as a reader counts them. */
export const longestMessage = 2_000;

/** Characters of a question, as a reader counts them; of an answer to one, as of a chat message. */
export const longestQuestion = 500;

/** Characters of what a poll asks and of each option, and how many options there are. */
export const pollBounds = { question: 300, option: 120, fewestOptions: 2, mostOptions: 10 } as const;
