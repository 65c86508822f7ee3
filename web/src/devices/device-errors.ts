import i18next from 'i18next';
import { BlurRefusedError, BlurTooSlowError } from '../blur/blur-errors.ts';

/** What opening a device may reject with (https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia), and what may break it later, for people. */
export function deviceErrorText(device: 'camera' | 'microphone', error: unknown): string {
  if (error instanceof BlurTooSlowError) return i18next.t('meeting:camera_BlurTooSlowError');
  if (error instanceof BlurRefusedError) return i18next.t('meeting:camera_BlurRefusedError');
  switch (nameOf(error)) {
    case 'NotAllowedError':
      return i18next.t(`meeting:${device}_NotAllowedError`);
    case 'NotFoundError':
    case 'OverconstrainedError':
      return i18next.t(`meeting:${device}_NotFoundError`);
    case 'NotReadableError':
    case 'AbortError':
      return i18next.t(`meeting:${device}_NotReadableError`);
    default:
      return i18next.t(`meeting:${device}_failed`);
  }
}

/** The device that was asked for is not there. */
export function isMissing(error: unknown): boolean {
  const name = nameOf(error);
  return name === 'OverconstrainedError' || name === 'NotFoundError';
}

/** Whatever it is otherwise: Safari’s OverconstrainedError was no DOMException, and no Error, until 2026 (https://github.com/WebKit/WebKit/pull/68111). */
function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}
