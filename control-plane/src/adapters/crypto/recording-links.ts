import { SignJWT } from 'jose';
import type { RecordingLinks } from '../../app/recording/ports.ts';
import { signClaims, verifyClaims } from './signed-claims.ts';

const audience = 'canopy:recording';

export const recordingLinks: RecordingLinks = {
  sign(recordingId, key, expiresAt) {
    const claims = new SignJWT()
      .setSubject(recordingId)
      .setAudience(audience)
      .setExpirationTime(Math.floor(expiresAt / 1_000));
    return signClaims(claims, key);
  },

  async verify(token, recordingId, key) {
    const expected = { audience, subject: recordingId, requiredClaims: ['exp'] };
    return (await verifyClaims(token, key, expected)) !== undefined;
  },
};
