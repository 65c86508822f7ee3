import type { en } from '../en/index.ts';
import { common } from './common.ts';
import { quality } from './quality.ts';
import { settings } from './settings.ts';
import { stage } from './stage.ts';

export const de: typeof en = { common, quality, settings, stage };
