import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { redact } from './redaction.ts';

/** Levels: `error` somebody must act; `warn` degraded, but handled; `info` one line per lifecycle transition; `debug` the rest. */
export interface Logger {
  error(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  info(fields: object, text: string): void;
  debug(fields: object, text: string): void;
  child(fields: object): Logger;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** A logger that writes one JSON object per line, to standard output if nothing else is named. Names, addresses and secrets are left out. */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are plain already when pino gets them.
    serializers: { err: (plain: unknown) => plain },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: clean,
    },
  };
  return withCleanChildren(destination === undefined ? pino(options) : pino(options, destination));
}

/** Pino formats what is logged, but not what a child is bound to. */
function withCleanChildren(logger: PinoLogger): Logger {
  return {
    error: logger.error.bind(logger),
    warn: logger.warn.bind(logger),
    info: logger.info.bind(logger),
    debug: logger.debug.bind(logger),
    child: (fields) => withCleanChildren(logger.child(clean({ ...fields }))),
  };
}

/** Without secrets; errors with their text, stack and cause, which are no fields that a copy takes along. */
function clean(fields: Record<string, unknown>): Record<string, unknown> {
  const plain = (value: unknown) => (value instanceof Error ? { ...pino.stdSerializers.err(value) } : value);
  return redact(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)])));
}

export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
