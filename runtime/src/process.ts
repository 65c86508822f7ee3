import { createLogger } from './logger.ts';
import { startTelemetry } from './telemetry.ts';

/** What a process runs. */
export interface Service extends AsyncDisposable {
  /** Asked on SIGTERM, before it is disposed: lets go of its work in an orderly way, at once when `hurry` is aborted. */
  drain?(hurry: AbortSignal): Promise<void>;
  /** Asked on SIGHUP: reads again what may have changed on disk. */
  reload?(): void;
  /** Of a service whose work outlives a bug in one part of it. Without, an error that nobody handled ends the process at once. */
  readonly faults?: Faults;
}

/** After the first error that nobody handled the service is drained, for about `drainMs` at most, and the process ends. */
export interface Faults {
  drainMs: number;
  /** One more. */
  count(): void;
}

/** Errors that nobody handled; more are only counted: the bug may come up with every packet. */
const mostLogged = 10;

/**
 * Runs a service until SIGTERM, which lets it drain first, or SIGINT, which does not; a second signal ends the draining; SIGHUP has it reload. A
 * failure to start, an error that nobody handled and a disposal that takes longer than `stopTimeoutMs` end the process with code 1;
 * where such an error is followed by a drain, that, too, has `stopTimeoutMs` beyond its time.
 */
export async function runService(name: string, start: () => Promise<Service>, stopTimeoutMs: number): Promise<void> {
  const logger = createLogger(name, 'info');
  const fail = (error: unknown) => {
    logger.error({ err: error }, 'fatal');
    process.exit(1);
  };
  let onUnhandled: (error: unknown) => void = fail;
  process.on('uncaughtException', (error) => onUnhandled(error));
  process.on('unhandledRejection', (error) => onUnhandled(error));
  const telemetry = await startTelemetry(name, process.env);
  let service: Service;
  try {
    service = await start();
  } catch (error) {
    return fail(error);
  }
  process.on('SIGHUP', () => service.reload?.());
  const hurry = new AbortController();
  const end = async () => {
    await service.drain?.(hurry.signal);
    setTimeout(() => fail(new Error(`not stopped after ${stopTimeoutMs} ms`)), stopTimeoutMs).unref();
    await service[Symbol.asyncDispose]();
    await telemetry[Symbol.asyncDispose]();
    process.exit();
  };
  let isEnding = false;
  const stop = () => {
    if (!isEnding) end().catch(fail);
    isEnding = true;
  };
  let isAsked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    logger.info({ signal }, isAsked ? 'asked again' : 'stopping');
    if (isAsked || signal === 'SIGINT') hurry.abort();
    isAsked = true;
    stop();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  const { faults } = service;
  if (faults === undefined) return;
  const latestEndMs = faults.drainMs + stopTimeoutMs;
  let met = 0;
  onUnhandled = (error) => {
    met++;
    faults.count();
    if (met <= mostLogged) logger.error({ err: error }, 'an error that nobody handled');
    if (met === mostLogged) logger.error({}, 'further ones are only counted');
    if (met > 1) return;
    process.exitCode = 1;
    setTimeout(() => hurry.abort(), faults.drainMs);
    setTimeout(() => fail(new Error(`not drained and stopped after ${latestEndMs} ms`)), latestEndMs).unref();
    stop();
  };
}
