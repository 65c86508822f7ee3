import type { ApiKey, KeySecrets } from './ports.ts';

/** The secrets of a key that are good now, the newest first: none once it has expired, two for a while after a rotation. */
export function secretsInForce(key: ApiKey, now: number): readonly KeySecrets[] {
  if (key.expiresAt !== undefined && key.expiresAt <= now) return [];
  return key.previous !== undefined && key.previous.until > now ? [key, key.previous] : [key];
}
