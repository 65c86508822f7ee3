import type { Certificates } from '@canopy/runtime/certificates';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Sealer } from '../adapters/crypto/sealer.ts';
import type { Metrics } from '../adapters/metrics/metrics.ts';
import type { Config } from '../config.ts';
import type { Adapters } from './adapters.ts';

/** What use cases are put upon. */
export interface Foundation extends Adapters {
  config: Config;
  keyIds: KeyIds;
  /** What the installation's own keys are derived from, the same on all replicas. */
  secret: string;
  /** For secrets in the database. */
  sealer: Sealer;
  /** Undefined: gRPC is in the clear. */
  certificates: Certificates | undefined;
  metrics: Metrics;
  clock: Clock;
  logger: Logger;
  /** Closed with the control plane. */
  owned: AsyncDisposableStack;
}

/** Keys that nobody needs to have. */
export interface KeyIds {
  /** The one that callers without one act as; undefined: they are refused. */
  openAccess: string | undefined;
  /** The one that users' meetings are kept under. */
  accounts: string;
}
