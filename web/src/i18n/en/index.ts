import { account } from './account.ts';
import { calendar } from './calendar.ts';
import { common } from './common.ts';

/** Every text in English, by namespace: one for each part of the app. Other languages have the same shape; the compiler checks it. */
export const en = { account, calendar, common };
