import type { Redis } from 'ioredis';
import { z } from 'zod';
import { onRedis } from './connection.ts';
import { meetingKeys } from './keys.ts';

const storedSession = z.object({ edgeId: z.string() });

/** Redis serves nobody else while it looks for so many. */
const mostAtOnce = 500;

/** On which edges people of a meeting have media by what is written down, in the order of their ids: where it is, and where it moves away from. On none who is not in the meeting. Errors: STATE_UNAVAILABLE. */
export function mediaEdgesOnRedis(redis: Redis, namespace: string) {
  return async (meetingId: string, participantIds: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const { sessions, moves } = meetingKeys(namespace, meetingId);
    const edges: string[][] = [];
    for (let from = 0; from < participantIds.length; from += mostAtOnce) {
      const ids = participantIds.slice(from, from + mostAtOnce);
      const read = () => Promise.all([redis.hmget(sessions, ...ids), redis.hmget(moves, ...ids)]);
      const [places, formerPlaces] = await onRedis(read);
      edges.push(...ids.map((_, index) => [places[index], formerPlaces[index]].flatMap(edgeIn)));
    }
    return edges;
  };
}

function edgeIn(json: string | null | undefined): string[] {
  return json ? [storedSession.parse(JSON.parse(json)).edgeId] : [];
}
