import type { RtpParameters } from '@canopy/proto/media';
import type { MeetingSettings } from './settings.ts';

/** Whether media is encrypted from client to client, so that no server can do anything with it but pass it on. */
export function isEncrypted({ settings }: { settings: Pick<MeetingSettings, 'endToEndEncrypted'> }): boolean {
  return settings.endToEndEncrypted === true;
}

/** Of these, clients know which bytes of a frame must stay readable on its way. */
const encryptable: ReadonlySet<string> = new Set(['audio/opus', 'video/vp8', 'video/rtx']);

/** Whether frames sent like this can be encrypted. */
export function isEncryptable({ codecs }: Pick<RtpParameters, 'codecs'>): boolean {
  return codecs.every(({ mimeType }) => encryptable.has(mimeType.toLowerCase()));
}
