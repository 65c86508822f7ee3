import { RtpParameters } from '@canopy/proto/media';
import { expect, it } from 'vitest';
import { isEncryptable, isEncrypted } from './encryption.ts';

const sent = (...mimeTypes: string[]) =>
  RtpParameters.fromPartial({ codecs: mimeTypes.map((mimeType) => ({ mimeType })) });

it('takes what clients can encrypt, however it is written, and nothing besides', () => {
  expect(isEncryptable(sent('video/VP8', 'video/rtx'))).toBe(true);
  expect(isEncryptable(sent('audio/opus'))).toBe(true);
  expect(isEncryptable(sent('video/H264', 'video/rtx'))).toBe(false);
  expect(isEncryptable(sent('video/VP8', 'video/VP9'))).toBe(false);
  expect(isEncryptable(sent('audio/PCMU'))).toBe(false);
});

it('knows the meetings whose media servers must not touch', () => {
  expect(isEncrypted({ settings: { endToEndEncrypted: true } })).toBe(true);
  expect(isEncrypted({ settings: {} })).toBe(false);
});
