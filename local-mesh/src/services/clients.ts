import { busAddress } from '@canopy/runtime/bus-address';
import { Redis } from 'ioredis';
import { connect } from 'nats';

const connectTimeoutMs = 10_000;

/** Does something on the Redis of `url`, over a connection that is made once and for that alone. */
export async function onRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: connectTimeoutMs });
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    // It rejects with no more than that the connection is closed.
    await redis.connect().catch((error: unknown) => {
      throw reason ?? error;
    });
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** Rejects unless the bus of `url` lets us in. */
export async function askNats(url: string): Promise<void> {
  const connection = await connect({ ...busAddress(url), reconnect: false, timeout: connectTimeoutMs });
  await connection.close();
}
