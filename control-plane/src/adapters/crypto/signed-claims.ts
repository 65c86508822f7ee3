import { createSecretKey, type KeyObject } from 'node:crypto';
import { remembered } from '@canopy/runtime/remembered';
import { errors, type JWTPayload, jwtVerify, type SignJWT } from 'jose';
import type { SigningKey } from '../../app/access/ports.ts';

/** The only one with which anything is signed, and read. */
const algorithm = 'HS256';

/** What a token must be, beside signed with the key and not expired. */
interface Expected {
  audience: string;
  typ?: string;
  subject?: string;
  requiredClaims?: string[];
}

/** A JWT of these claims (RFC 7519) under the id of the key. */
export function signClaims(claims: SignJWT, key: SigningKey, header: { typ?: string } = {}): Promise<string> {
  return claims.setProtectedHeader({ alg: algorithm, ...header, kid: key.id }).sign(secretOf(key));
}

/** What a token says, whose claims are still to be looked at; undefined for one that is not as expected. */
export async function verifyClaims(
  token: string,
  key: SigningKey,
  expected: Expected,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, secretOf(key), { ...expected, algorithms: [algorithm] });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Made once for many tokens. */
const keyObjectOf = remembered((secret) => createSecretKey(secret, 'utf8'), 256);

function secretOf({ signingSecret }: SigningKey): KeyObject {
  return keyObjectOf(signingSecret);
}
