import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { InvitationTokens, SigningKey } from '../../app/access/ports.ts';
import { roleNames } from '../../core/meeting/roles.ts';

const algorithm = 'HS256';
const type = 'canopy-invitation';
const audience = 'canopy:invitation';

const claimsSchema = z.object({
  meeting: z.uuid(),
  role: z.enum(roleNames),
  revision: z.number().int().min(0),
  registration: z.uuid().optional(),
});

export const invitationTokens: InvitationTokens = {
  sign({ meetingId, role, linkRevision, registrationId }, key) {
    return new SignJWT({ meeting: meetingId, role, revision: linkRevision, registration: registrationId })
      .setProtectedHeader({ alg: algorithm, typ: type, kid: key.id })
      .setAudience(audience)
      .sign(signingKey(key));
  },

  keyIdOf(token) {
    try {
      const { typ, kid } = decodeProtectedHeader(token);
      return typ === type ? kid : undefined;
    } catch {
      return undefined;
    }
  },

  async verify(token, key) {
    try {
      const options = { algorithms: [algorithm], audience, typ: type };
      const { payload } = await jwtVerify(token, signingKey(key), options);
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success) return undefined;
      const { meeting, role, revision, registration } = claims.data;
      return { meetingId: meeting, role, linkRevision: revision, registrationId: registration };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  },
};

function signingKey({ signingSecret }: SigningKey): Uint8Array {
  return new TextEncoder().encode(signingSecret);
}
