import type { en } from '../en/index.ts';
import { common } from './common.ts';
import { moderation } from './moderation.ts';

export const de: typeof en = { common, moderation };
