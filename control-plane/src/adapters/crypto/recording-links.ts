import { errors, jwtVerify, SignJWT } from 'jose';
import type { SigningKey } from '../../app/access/ports.ts';
import type { RecordingLinks } from '../../app/recording/ports.ts';

const algorithm = 'HS256';
const audience = 'canopy:recording';

export const recordingLinks: RecordingLinks = {
  sign(recordingId, key, expiresAt) {
    return new SignJWT()
      .setProtectedHeader({ alg: algorithm, kid: key.id })
      .setSubject(recordingId)
      .setAudience(audience)
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(signingKey(key));
  },

  async verify(token, recordingId, key) {
    try {
      const must = { algorithms: [algorithm], audience, subject: recordingId, requiredClaims: ['exp'] };
      await jwtVerify(token, signingKey(key), must);
      return true;
    } catch (error) {
      if (error instanceof errors.JOSEError) return false;
      throw error;
    }
  },
};

function signingKey(key: SigningKey): Uint8Array {
  return new TextEncoder().encode(key.signingSecret);
}
