import { stageEmojis } from '@canopy/proto/conversation';
import { expect, it } from 'vitest';
import { isEmoji } from './emoji.ts';

it('knows an emoji from other text', () => {
  for (const emoji of [...stageEmojis, '👩‍👩‍👧', '🇩🇪', '👍🏽']) expect(isEmoji(emoji)).toBe(true);
  for (const text of ['', 'a', '<b>', '👍👍', '👍 ', '1']) expect(isEmoji(text)).toBe(false);
});
