import { messageOf } from '@canopy/runtime/message-of';
import { serviceNeeds } from '../../../scripts/setup/services.mjs';
import { StartError } from '../processes/start-error.ts';
import { askNats, onRedis } from './clients.ts';
import { execute } from './database.ts';

/** What a service is asked to see whether it can be used. */
const questions: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  DATABASE_URL: (url) => execute(url, 'SELECT 1'),
  REDIS_URL: (url) => onRedis(url, (redis) => redis.ping()),
  NATS_URL: askNats,
};

/**
 * Sees to it that the services whose URLs are given let us in. Errors: a StartError that names the variable, before anything
 * that would wait for them is started.
 */
export async function checkGiven(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const { name, variable } of serviceNeeds) {
    const url = env[variable];
    if (!url) continue;
    try {
      await questions[variable]?.(url);
    } catch (error) {
      const reason = messageOf(error).replace(/\.$/, '');
      const advice = `See that it runs and that the URL is right, or unset ${variable} to have one started here.`;
      throw new StartError(`The ${name} of ${variable} can't be used: ${reason}. ${advice}`, {
        cause: error,
      });
    }
  }
}
