import { ConfigError } from '@canopy/runtime/env';
import type { Logger } from '@canopy/runtime/logger';
import { Sealer } from '../adapters/crypto/sealer.ts';
import { PostgresKeptSecrets } from '../adapters/postgres/kept-secrets.ts';
import type { Config } from '../config.ts';
import { type Adapters, withPatience } from './adapters.ts';

/**
 * What seals the secrets in the database and opens them, once all that are there are kept as this replica keeps them. Throws a
 * ConfigError where one is sealed with a key that is not among the settings.
 */
export async function openSealer(
  { sealingKeys, timing }: Config,
  { db }: Pick<Adapters, 'db'>,
  logger: Logger,
): Promise<Sealer> {
  const sealer = new Sealer(sealingKeys, logger);
  const secrets = new PostgresKeptSecrets(db, sealer);
  const { missingKeys } = await withPatience('PostgreSQL', timing.startTimeoutMs, () => secrets.look());
  if (missingKeys.length > 0) {
    const names = missingKeys.map((id) => `"${id}"`).join(', ');
    throw new ConfigError(
      `cannot start: secrets in the database are sealed, and CONTROL_SEALING_KEYS lacks ${names}. Give it back, behind the key that seals now; docs/operations/secrets.md says what to do if it is lost`,
    );
  }
  const changed = await withPatience('PostgreSQL', timing.startTimeoutMs, () => secrets.keepAnew());
  if (changed > 0) logger.info({ changed, keyId: sealingKeys.first?.id }, 'secrets in the database are kept anew');
  return sealer;
}
