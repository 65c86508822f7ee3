import { decodeProtectedHeader, SignJWT } from 'jose';
import { z } from 'zod';
import type { JoinTokens } from '../../app/access/ports.ts';
import { roleNames } from '../../core/meeting/roles.ts';
import { userIdSchema } from '../../core/meeting/text.ts';
import { signClaims, verifyClaims } from './signed-claims.ts';

const audience = 'canopy:join';

/** What a token must say beside `aud` and `exp`. */
const claimsSchema = z.object({
  sub: z.string().regex(/^[\w-]{1,64}$/),
  meeting: z.uuid(),
  role: z.enum(roleNames),
  name: z.string().min(1).max(256),
  userId: userIdSchema.optional(),
});

export const joinTokens: JoinTokens = {
  sign({ meetingId, participantId, role, name, userId }, key, expiresAt) {
    const claims = new SignJWT({ meeting: meetingId, role, name, ...(userId === undefined ? {} : { userId }) })
      .setSubject(participantId)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(expiresAt / 1000));
    return signClaims(claims, key);
  },

  keyIdOf(token) {
    try {
      return decodeProtectedHeader(token).kid;
    } catch {
      return undefined;
    }
  },

  async verify(token, key) {
    const claims = claimsSchema.safeParse(await verifyClaims(token, key, { audience, requiredClaims: ['exp'] }));
    if (!claims.success) return undefined;
    const { sub, meeting, role, name, userId } = claims.data;
    return { meetingId: meeting, participantId: sub, role, name, userId };
  },
};
