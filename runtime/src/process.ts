import { createLogger } from './logger.ts';
import { startTelemetry } from './telemetry.ts';

/** What a process runs. */
export interface Service extends AsyncDisposable {
  /** Asked on SIGTERM, before it is disposed: lets go of its work in an orderly way, at once when `hurry` is aborted. */
  drain?(hurry: AbortSignal): Promise<void>;
  /** Asked on SIGHUP: reads again what may have changed on disk. */
  reload?(): void;
}

/**
 * Runs a service until SIGTERM, which lets it drain first, or SIGINT, which does not; a second signal ends the draining; SIGHUP has it reload. A
 * failure to start, an unhandled error and a disposal that takes longer than `stopTimeoutMs` end the process with code 1.
 */
export async function runService(name: string, start: () => Promise<Service>, stopTimeoutMs: number): Promise<void> {
  const logger = createLogger(name, 'info');
  const fail = (error: unknown) => {
    logger.error({ err: error }, 'fatal');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const telemetry = await startTelemetry(name, process.env);
  let service: Service;
  try {
    service = await start();
  } catch (error) {
    return fail(error);
  }
  process.on('SIGHUP', () => service.reload?.());
  const hurry = new AbortController();
  const stop = async () => {
    await service.drain?.(hurry.signal);
    setTimeout(() => fail(new Error(`not stopped after ${stopTimeoutMs} ms`)), stopTimeoutMs).unref();
    await service[Symbol.asyncDispose]();
    await telemetry[Symbol.asyncDispose]();
    process.exit(0);
  };
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    logger.info({ signal }, stopping ? 'asked again' : 'stopping');
    if (stopping || signal === 'SIGINT') hurry.abort();
    if (stopping) return;
    stopping = true;
    stop().catch(fail);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
