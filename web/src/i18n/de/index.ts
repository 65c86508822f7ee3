import type { en } from '../en/index.ts';
import { breakouts } from './breakouts.ts';
import { common } from './common.ts';

export const de: typeof en = { breakouts, common };
