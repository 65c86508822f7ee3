import { common } from './common.ts';
import { quality } from './quality.ts';
import { settings } from './settings.ts';
import { stage } from './stage.ts';

/** Every text in English, by namespace: one for each part of the app. Other languages have the same shape; the compiler checks it. */
export const en = { common, quality, settings, stage };
