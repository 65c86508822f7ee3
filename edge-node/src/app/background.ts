import type { Logger } from '@canopy/runtime/logger';

/** Runs work nobody waits for; a failure is logged, with what it was about. */
export function inBackground(logger: Logger, what: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => logger.warn({ err: error }, `${what} failed`));
}
