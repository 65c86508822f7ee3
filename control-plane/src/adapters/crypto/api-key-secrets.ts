import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { KeySecrets } from '../../app/access/ports.ts';

/**
 * What is kept of a secret. The signing secret is base64url(HMAC-SHA256(secret, "canopy join token")): who has the API key's
 * secret computes it, who reads the database can't get from it to the secret.
 */
export function keySecretsOf(secret: string): KeySecrets {
  const signingSecret = createHmac('sha256', secret).update('canopy join token').digest('base64url');
  return { secretHash: hashSecret(secret), signingSecret };
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** 256 random bits. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
