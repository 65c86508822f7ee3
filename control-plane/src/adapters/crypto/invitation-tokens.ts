import { decodeProtectedHeader, SignJWT } from 'jose';
import { z } from 'zod';
import type { InvitationTokens } from '../../app/access/ports.ts';
import { roleNames } from '../../core/meeting/roles.ts';
import { signClaims, verifyClaims } from './signed-claims.ts';

const typ = 'canopy-invitation';
const audience = 'canopy:invitation';

const claimsSchema = z.object({
  meeting: z.uuid(),
  role: z.enum(roleNames),
  revision: z.number().int().min(0),
  registration: z.uuid().optional(),
});

export const invitationTokens: InvitationTokens = {
  sign({ meetingId, role, linkRevision, registrationId }, key) {
    const claims = new SignJWT({ meeting: meetingId, role, revision: linkRevision, registration: registrationId });
    return signClaims(claims.setAudience(audience), key, { typ });
  },

  keyIdOf(token) {
    try {
      const header = decodeProtectedHeader(token);
      return header.typ === typ ? header.kid : undefined;
    } catch {
      return undefined;
    }
  },

  async verify(token, key) {
    const claims = claimsSchema.safeParse(await verifyClaims(token, key, { audience, typ }));
    if (!claims.success) return undefined;
    const { meeting, role, revision, registration } = claims.data;
    return { meetingId: meeting, role, linkRevision: revision, registrationId: registration };
  },
};
