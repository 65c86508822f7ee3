import { createSecretKey, type KeyObject } from 'node:crypto';
import { remembered } from '@canopy/runtime/remembered';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { JoinClaims, JoinTokens, SigningKey } from '../../app/access/ports.ts';
import { roleNames } from '../../core/meeting/roles.ts';
import { userIdSchema } from '../../core/meeting/text.ts';

const algorithm = 'HS256';
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
    return new SignJWT({ meeting: meetingId, role, name, ...(userId === undefined ? {} : { userId }) })
      .setProtectedHeader({ alg: algorithm, kid: key.id })
      .setSubject(participantId)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .sign(signingKey(key));
  },

  keyIdOf(token) {
    try {
      return decodeProtectedHeader(token).kid;
    } catch {
      return undefined;
    }
  },

  async verify(token, key): Promise<JoinClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, signingKey(key), {
        algorithms: [algorithm],
        audience,
        requiredClaims: ['exp'],
      });
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success) return undefined;
      const { sub, meeting, role, name, userId } = claims.data;
      return { meetingId: meeting, participantId: sub, role, name, userId };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  },
};

/** Made once for many tokens. */
const keyOf = remembered((secret) => createSecretKey(secret, 'utf8'), 256);

function signingKey({ signingSecret }: SigningKey): KeyObject {
  return keyOf(signingSecret);
}
