import { TrackSource } from '@canopy/proto/media';
import { expect, it } from 'vitest';
import { toHex } from '../testing/hex.ts';
import { comparisonCode, meetingSecretOf, newEncryptionKey, senderKey } from './meeting-key.ts';

const codeOf = async (text: string, meetingId = 'm') => comparisonCode(await meetingSecretOf(text, meetingId));
const { CAMERA, SCREEN } = TrackSource;

it('makes keys of 22 characters that are never the same, and fit into a link as they are', () => {
  const keys = Array.from({ length: 100 }, newEncryptionKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[\w-]{22}$/);
});

it('shows the same code for the same key, and another one for another key or meeting', async () => {
  const [key, other] = [newEncryptionKey(), newEncryptionKey()];
  const code = await codeOf(key);
  expect(code).toMatch(/^\d{4} \d{4}$/);
  expect(await codeOf(` ${key}\n`)).toBe(code);
  expect(await codeOf(other)).not.toBe(code);
  expect(await codeOf(key, 'n')).not.toBe(code);
});

it('takes a passphrase, however its accents are typed, unless it is short', async () => {
  expect(await codeOf('ein geheimer Ka\u0308fer')).toBe(await codeOf('ein geheimer Käfer'));
  await expect(codeOf('kurz')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

it('gives every sender and source a key of its own', async () => {
  const secret = await meetingSecretOf(newEncryptionKey(), 'm');
  const senders = [
    { participantId: 'mara', source: CAMERA },
    { participantId: 'mara', source: SCREEN },
    { participantId: 'noah', source: CAMERA },
  ];
  const keys = await Promise.all([...senders, ...senders].map((sender) => senderKey(secret, sender)));
  expect(new Set(keys.map((key) => toHex(key))).size).toBe(3);
});
