import { messageOf } from '@canopy/runtime/message-of';
import { type Need, serviceNeeds } from '../../../scripts/setup/services.mjs';
import { StartError } from '../processes/start-error.ts';
import { askNats, onRedis } from './clients.ts';
import { createDatabase, databaseUrl } from './database.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** URLs of services by their variables, and what gives the room there back. */
export interface Lodging extends AsyncDisposable {
  urls: Env;
}

/** Makes room on the server of a URL for a mesh that is to find its services empty. */
const roomOf: Record<string, (url: string) => Promise<{ url: string } & Partial<AsyncDisposable>>> = {
  DATABASE_URL: createDatabase,
  REDIS_URL: claimRedisDatabase,
  // A bus keeps nothing; meshes that are to hear nothing of each other run one after the other.
  NATS_URL: async (url) => {
    await askNats(url);
    return { url };
  },
};

/**
 * Lodges a mesh that brings no URLs of its own with those services of `env` whose programs are not installed here, so that it
 * cannot start them: in a database, and a Redis database, of its own. Errors: a StartError where there is no such room.
 */
export async function lodge(
  given: Env,
  env: Env,
  isInstalled = (need: Need) => need.find(env) !== undefined,
): Promise<Lodging> {
  await using stack = new AsyncDisposableStack();
  const urls: Record<string, string> = {};
  for (const need of serviceNeeds) {
    const { name, variable } = need;
    const server = env[variable];
    const makeRoom = roomOf[variable];
    if (makeRoom === undefined || given[variable] || !server || isInstalled(need)) continue;
    try {
      const room = await makeRoom(server);
      urls[variable] = room.url;
      stack.defer(async () => room[Symbol.asyncDispose]?.());
    } catch (error) {
      throw new StartError(`No room on the ${name} of ${variable}: ${messageOf(error)}`, { cause: error });
    }
  }
  const owned = stack.move();
  return { urls, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Marks a Redis database as taken. */
const claim = 'canopy:lodger';

/** Takes an empty database of a Redis server, but for the first, which is everybody's; disposing empties it. */
async function claimRedisDatabase(server: string): Promise<{ url: string } & AsyncDisposable> {
  const index = await onRedis(server, async (redis) => {
    for (let next = 1; ; next++) {
      await redis.select(next).catch((cause: unknown) => {
        throw new Error(`all from 1 on are taken (where a run that was killed left ${claim}, FLUSHDB makes room)`, {
          cause,
        });
      });
      if ((await redis.dbsize()) === 0 && (await redis.set(claim, process.pid, 'NX')) === 'OK') return next;
    }
  });
  const url = databaseUrl(server, String(index));
  return { url, [Symbol.asyncDispose]: () => onRedis(url, async (redis) => void (await redis.flushdb())) };
}
