import { breakouts } from './breakouts.ts';
import { common } from './common.ts';

/** Every text in English, by namespace: one for each part of the app. Other languages have the same shape; the compiler checks it. */
export const en = { breakouts, common };
