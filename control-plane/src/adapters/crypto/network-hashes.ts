import { createHmac } from 'node:crypto';
import { sitePrefix } from '@canopy/runtime/address';
import type { NetworkHash } from '../../app/moderation/ports.ts';

/**
 * HMAC-SHA256 over meeting and network, hex. Its key is made of the secret for this alone: who has only the hashes can neither
 * try all addresses there are, nor see that somebody was banned from two meetings.
 */
export function networkHashes(secret: string): NetworkHash {
  const key = createHmac('sha256', secret).update('canopy banned network').digest();
  return (meetingId, address) => {
    const network = sitePrefix(address);
    return network && createHmac('sha256', key).update(`${meetingId} ${network}`).digest('hex');
  };
}
