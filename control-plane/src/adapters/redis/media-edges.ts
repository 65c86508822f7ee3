import type { Redis } from 'ioredis';
import { z } from 'zod';
import { onRedis } from './connection.ts';
import { meetingKeys } from './keys.ts';

const storedSession = z.object({ edgeId: z.string() });

/** On which edges somebody has media by what is written down: where it is, and where it moves away from. On none who is not in the meeting. Errors: STATE_UNAVAILABLE. */
export function mediaEdgesOnRedis(redis: Redis, namespace: string) {
  return async (meetingId: string, participantId: string): Promise<readonly string[]> => {
    const { sessions, moves } = meetingKeys(namespace, meetingId);
    const stored = await onRedis(() => Promise.all([sessions, moves].map((key) => redis.hget(key, participantId))));
    return stored.filter((json) => json !== null).map((json) => storedSession.parse(JSON.parse(json)).edgeId);
  };
}
