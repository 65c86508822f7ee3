import type { LinkQuality } from '@canopy/client';
import type { quality } from '../i18n/en/quality.ts';

/** The text that says what is wrong and what to do about it; null while the meeting goes well enough. */
export function adviceFor(link: LinkQuality | null, sendsCamera: boolean): keyof typeof quality | null {
  if (link === null || link.cause === null || (link.score > 2 && link.cause !== 'computer')) return null;
  if (link.cause !== 'upload') return link.cause;
  if (!sendsCamera) return 'uploadNoCamera';
  return link.cameraLowered ? 'uploadLowered' : 'upload';
}
