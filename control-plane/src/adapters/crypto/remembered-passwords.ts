import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Whether a password is the one that a hash was made of. */
type Matches = (password: string, hash: string) => Promise<boolean>;

/**
 * The same, that knows those that were right before: a whole school comes with one password, and each comparison is meant
 * to cost. What it remembers, of `most` passwords, is worth nothing outside of this process.
 */
export function rememberedPasswords(matches: Matches, most = 1_000): Matches {
  const key = randomBytes(32);
  const right = new LRUCache<string, true>({ max: most });
  return async (password, hash) => {
    const digest = createHmac('sha256', key).update(`${hash} ${password}`).digest('base64');
    if (right.get(digest) === true) return true;
    const isRight = await matches(password, hash);
    if (isRight) right.set(digest, true);
    return isRight;
  };
}
