import type { en } from '../en/index.ts';
import { breakouts } from './breakouts.ts';
import { chat } from './chat.ts';
import { common } from './common.ts';
import { moderation } from './moderation.ts';
import { reactions } from './reactions.ts';

export const de: typeof en = { breakouts, chat, common, moderation, reactions };
