import { startServices } from '../services/services.ts';

/** Starts PostgreSQL, Redis and NATS once for all integration tests, which find them by their URLs in the environment. */
export default async function startForTests(): Promise<() => Promise<void>> {
  const services = await startServices({ env: process.env });
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.REDIS_URL = services.redisUrl;
  process.env.NATS_URL = services.natsUrl;
  return () => services.stop();
}
