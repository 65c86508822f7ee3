import { CanopyError, isErrorCode } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { Redis, ReplyError } from 'ioredis';
import { z } from 'zod';

export interface RedisOptions {
  url: string;
  /** A command without an answer for so long has failed; after twice that without any, the connection is made anew. */
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
    // One whose packets were lost for a minute would be silent for as long again: TCP waits ever longer before it tries anew.
    socketTimeout: 2 * options.commandTimeoutMs,
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

const timeReply = z.tuple([z.coerce.number(), z.coerce.number()]);

/** What time it is by Redis' own clock, Unix ms: those of replicas may be minutes apart. Errors: STATE_UNAVAILABLE. */
export async function redisNow(redis: Redis): Promise<number> {
  const [seconds, microseconds] = timeReply.parse(await onRedis(() => redis.time()));
  return seconds * 1_000 + Math.floor(microseconds / 1_000);
}

/**
 * What Redis answers whatever it is asked, as long as it can't serve that (https://redis.io/docs/latest/operate/oss_and_stack/management/):
 * it is loading, a copy, cut off, out of memory or of disk, busy with a script, or has another password by now. A script that meets it may tell it after a dash.
 */
const passing =
  /(?:^|-)(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|MISCONF|BUSY|NOAUTH|WRONGPASS|ERR max number of clients)\b/;

/** Runs something on Redis. What a script refuses keeps its code; where Redis can't be had for now, that is STATE_UNAVAILABLE; any other failure is a mistake of ours: INTERNAL. */
export async function onRedis<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toCanopyError(error);
  }
}

function toCanopyError(error: unknown): CanopyError {
  if (error instanceof CanopyError) return error;
  if (isRefusal(error)) {
    const code = /CANOPY ([A-Z_]+)/.exec(error.message)?.[1];
    if (code !== undefined && isErrorCode(code)) return new CanopyError(code);
  }
  return new CanopyError(isPassing(error) ? 'STATE_UNAVAILABLE' : 'INTERNAL', undefined, { cause: error });
}

/** Redis answered that it won't. */
function isRefusal(error: unknown): error is Error {
  return error instanceof ReplyError;
}

function isPassing(error: unknown): boolean {
  if (isRefusal(error)) return passing.test(error.message);
  // No answer came, or one that can't be read: unless nothing was asked.
  return !(error instanceof TypeError || error instanceof RangeError);
}
