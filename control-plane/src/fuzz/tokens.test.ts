import { fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { invitationTokens } from '../adapters/crypto/invitation-tokens.ts';
import { joinTokens } from '../adapters/crypto/join-tokens.ts';
import { recordingLinks } from '../adapters/crypto/recording-links.ts';
import { resumeTokens } from '../adapters/crypto/resume-tokens.ts';
import type { JoinClaims } from '../app/access/ports.ts';

const key = { id: 'k1', signingSecret: 'a secret of more than thirty-two characters' };
const secret = new TextEncoder().encode(key.signingSecret);
const meetingId = '0b29e7e4-6b9a-4f0e-9d39-0b1b2f6f7a11';
const claims: JoinClaims = { meetingId, participantId: 'p1', role: 'attendee', name: 'Ada', userId: undefined };
const inAnHour = () => Date.now() + 3_600_000;

test('a join token that was changed is none, or says what it said', { timeout: fuzzTimeoutMs }, async () => {
  const token = await joinTokens.sign(claims, key, inAnHour());
  const parts = token.split('.');
  const shuffled = fc.shuffledSubarray(parts, { minLength: 1 }).map((some) => some.join('.'));
  await fc.assert(
    fc.asyncProperty(fc.oneof(mangled([token]), shuffled, fc.string()), async (text) => {
      joinTokens.keyIdOf(text);
      const read = await joinTokens.verify(text, key);
      // Base64 leaves bits that mean nothing; whoever changes those has changed nothing.
      if (read !== undefined) expect(read).toEqual(claims);
      expect(await recordingLinks.verify(text, 'r1', key)).toBe(false);
    }),
    fuzzing(),
  );
});

test('what is signed with anything but the pinned algorithm, or for somebody else, is no join token', {
  timeout: fuzzTimeoutMs,
}, async () => {
  const payload = { meeting: meetingId, role: 'host', name: 'Eve', sub: 'p1' };
  const audience = fc.oneof(fc.string(), fc.constantFrom('canopy:recording', 'canopy:join ', 'CANOPY:JOIN'));
  await fc.assert(
    fc.asyncProperty(audience, fc.constantFrom('HS384', 'HS512'), async (aud, alg) => {
      const hour = Math.floor(inAnHour() / 1_000);
      const sign = (made: SignJWT, algorithm: string) =>
        made.setProtectedHeader({ alg: algorithm, kid: key.id }).sign(secret);
      const forged = [
        await sign(new SignJWT(payload).setAudience('canopy:join').setExpirationTime(hour), alg),
        await sign(new SignJWT(payload).setAudience(aud).setExpirationTime(hour), 'HS256'),
        await sign(new SignJWT(payload).setAudience('canopy:join'), 'HS256'),
        new UnsecuredJWT(payload).setAudience('canopy:join').setExpirationTime(hour).encode(),
      ];
      for (const token of forged) expect(await joinTokens.verify(token, key)).toBeUndefined();
    }),
    fuzzing(100),
  );
});

test('an invitation that was changed is none, or says what it said, and is good for nothing else', {
  timeout: fuzzTimeoutMs,
}, async () => {
  const invitation = { meetingId, role: 'attendee', linkRevision: 3 } as const;
  const token = await invitationTokens.sign(invitation, key);
  await fc.assert(
    fc.asyncProperty(fc.oneof(mangled([token]), fc.string()), async (text) => {
      invitationTokens.keyIdOf(text);
      const read = await invitationTokens.verify(text, key);
      if (read !== undefined) expect(read).toEqual(invitation);
      expect(await joinTokens.verify(text, key)).toBeUndefined();
    }),
    fuzzing(),
  );
});

test('a resume token has three parts, or is none', { timeout: fuzzTimeoutMs }, () => {
  const { token, hash } = resumeTokens.issue(meetingId, 'p1');
  fc.assert(
    fc.property(fc.oneof(mangled([token]), fc.string()), (text) => {
      const read = resumeTokens.read(text);
      if (read !== undefined) expect(text.split('.').length).toBe(3);
      if (text !== token) expect(read?.hash).not.toBe(hash);
    }),
    fuzzing(),
  );
});
