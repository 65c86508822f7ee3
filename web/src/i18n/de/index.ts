import type { en } from '../en/index.ts';
import { account } from './account.ts';
import { calendar } from './calendar.ts';
import { common } from './common.ts';

export const de: typeof en = { account, calendar, common };
