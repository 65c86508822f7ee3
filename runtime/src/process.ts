import type { Logger } from './logger.ts';

/**
 * Runs a service until SIGTERM or SIGINT: `start` returns what stops it. A failure to start, an unhandled error and a stop
 * that takes longer than `stopTimeoutMs` end the process with code 1.
 */
export async function runService(
  logger: Logger,
  start: () => Promise<AsyncDisposable>,
  stopTimeoutMs: number,
): Promise<void> {
  const fail = (error: unknown) => {
    logger.error({ err: error }, 'fatal');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  let service: AsyncDisposable;
  try {
    service = await start();
  } catch (error) {
    return fail(error);
  }
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => fail(new Error(`not stopped after ${stopTimeoutMs} ms`)), stopTimeoutMs).unref();
    service[Symbol.asyncDispose]().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}
