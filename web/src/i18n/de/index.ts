import type { en } from '../en/index.ts';
import { common } from './common.ts';
import { recording } from './recording.ts';

export const de: typeof en = { common, recording };
