import { type LinkQuality, type MeetingView, type QualityCause, TrackSource } from '@canopy/client';
import type { quality } from '../i18n/en/quality.ts';

/** Causes that are seen in a picture, however well all the rest goes. */
const noticed: ReadonlySet<QualityCause> = new Set(['computer', 'pictures']);

/** What of the connection this person uses: none of it is advised to be given up twice. */
interface Use {
  sendsCamera: boolean;
  receivesPictures: boolean;
}

/** Whether one of the others shows anything that could be given up. */
export function showsPictures({ tracks, self }: Pick<MeetingView, 'tracks' | 'self'>): boolean {
  return [...tracks.values()].some(
    ({ participantId, source, muted }) =>
      participantId !== self.participantId &&
      !muted &&
      (source === TrackSource.CAMERA || source === TrackSource.SCREEN),
  );
}

/** The text that says what is wrong and what to do about it; null while the meeting goes well enough. */
export function adviceFor(
  link: LinkQuality | null,
  { sendsCamera, receivesPictures }: Use,
): keyof typeof quality | null {
  if (link === null || link.cause === null || (link.score > 2 && !noticed.has(link.cause))) return null;
  if (link.cause === 'download' && !receivesPictures) return 'downloadNoPictures';
  if (link.cause !== 'upload') return link.cause;
  if (!sendsCamera) return 'uploadNoCamera';
  return link.cameraLowered ? 'uploadLowered' : 'upload';
}
