import { lodge } from '../services/lodging.ts';
import { startServices } from '../services/services.ts';

/**
 * Gives all integration tests PostgreSQL, Redis and NATS, which they find by their URLs in the environment. Those that are at
 * URLs already lodge them; others are started.
 */
export default async function startForTests(): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const { urls } = stack.use(await lodge({}, process.env, () => false));
  const services = stack.use(await startServices({ env: urls }));
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.REDIS_URL = services.redisUrl;
  process.env.NATS_URL = services.natsUrl;
  const owned = stack.move();
  return () => owned.disposeAsync();
}
