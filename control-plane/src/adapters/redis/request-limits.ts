import { siteKey } from '@canopy/runtime/address';
import { CanopyError } from '@canopy/runtime/errors';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../../core/access/authorize.ts';
import { type RequestLimit, requestLimiter } from './rate-limiter.ts';

/** How often may be asked over HTTP. */
export interface RequestLimits {
  /** Of one site (an IPv4 address, an IPv6 /64): the API, over all replicas; pages and their files, of each replica. */
  address: RequestLimit;
  reader: RequestLimit;
  /** Of one caller from wherever, over all replicas. */
  key: RequestLimit;
  user: RequestLimit;
  participant: RequestLimit;
  /** Meetings that a user makes at once, and where everybody may make them, a site: each is kept for ever. */
  userMeetings: RequestLimit;
  addressMeetings: RequestLimit;
}

// An office of a thousand people has one address; a page takes some thirty files, which are cheap.
export const defaultRequestLimits: RequestLimits = {
  address: { requests: 1_500, seconds: 15 },
  reader: { requests: 30_000, seconds: 15 },
  key: { requests: 6_000, seconds: 15 },
  user: { requests: 300, seconds: 15 },
  participant: { requests: 150, seconds: 15 },
  userMeetings: { requests: 300, seconds: 3_600 },
  addressMeetings: { requests: 3_000, seconds: 3_600 },
};

/** Each throws RATE_LIMITED when it is too much. */
export function requestLimits(redis: Redis, namespace: string, limits: RequestLimits) {
  const over = (name: keyof RequestLimits) => requestLimiter(redis, `${namespace}:requests:${name}`, limits[name]);
  const [site, key, user, participant] = [over('address'), over('key'), over('user'), over('participant')];
  const meetings = { user: over('userMeetings'), site: over('addressMeetings') };
  const readers = new RateLimiterMemory({ points: limits.reader.requests, duration: limits.reader.seconds });
  return {
    admit: (address: string) => site(siteKey(address)),
    async admitReader(address: string): Promise<void> {
      try {
        await readers.consume(siteKey(address));
      } catch (refused) {
        if (refused instanceof RateLimiterRes) throw new CanopyError('RATE_LIMITED');
        throw refused;
      }
    },
    async admitCaller(principal: Principal): Promise<void> {
      switch (principal.kind) {
        case 'anonymous':
        // A link is shared by many: who comes by it is limited by address only.
        case 'invited':
          return;
        case 'api-key':
          return await key(principal.keyId);
        case 'user':
          return await user(principal.userId);
        case 'participant':
          return await participant(`${principal.meetingId}.${principal.participantId}`);
      }
    },
    /** Who shows a key answers for what it makes. */
    async admitMeeting(principal: Principal, strangerAt: string | undefined): Promise<void> {
      if (principal.kind === 'user') await meetings.user(principal.userId);
      else if (strangerAt !== undefined) await meetings.site(siteKey(strangerAt));
    },
  };
}
