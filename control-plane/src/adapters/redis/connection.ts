import { CanopyError, isErrorCode } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { Redis } from 'ioredis';

export interface RedisOptions {
  url: string;
  /** A command without an answer for so long has failed. */
  commandTimeoutMs: number;
}

/** A connection that never queues while Redis is away: callers learn at once, and it comes back by itself. */
export function connectRedis(options: RedisOptions, logger: Logger): Redis {
  const redis = new Redis(options.url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // What is asked within one turn of the event loop is one write, and one read of the answers.
    enableAutoPipelining: true,
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: options.commandTimeoutMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  });
  let away = false;
  redis.on('error', (error) => {
    if (!away) logger.warn({ err: error }, 'redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info({}, 'redis is back');
    away = false;
  });
  return redis;
}

/** Such as "7.0.15", by the one command that tells it to whoever may connect; INFO may be forbidden. */
export async function redisVersion(redis: Redis): Promise<string> {
  const said = await redis.call('HELLO');
  const facts = Array.isArray(said) ? said.map(String) : [];
  return facts.find((_fact, index) => facts[index - 1] === 'version') ?? '';
}

/** Runs something on Redis. What a script refuses keeps its code; anything else means that state is unavailable. */
export async function onRedis<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toCanopyError(error);
  }
}

function toCanopyError(error: unknown): CanopyError {
  if (error instanceof CanopyError) return error;
  if (error instanceof Error) {
    const code = /CANOPY ([A-Z_]+)/.exec(error.message)?.[1];
    if (code !== undefined && isErrorCode(code)) return new CanopyError(code);
  }
  return new CanopyError('STATE_UNAVAILABLE', undefined, { cause: error });
}
