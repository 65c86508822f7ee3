import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { redact, redactText } from './redaction.ts';
import { traceIds } from './tracing.ts';

/** Levels: `error` somebody must act; `warn` degraded, but handled; `info` one line per lifecycle transition; `debug` the rest. */
export interface Logger {
  error(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  info(fields: object, text: string): void;
  debug(fields: object, text: string): void;
  child(fields: object): Logger;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';

/**
 * A logger that writes one JSON object per line, with the ids of the trace under way, to standard output if nothing else is named.
 * Names, addresses and secrets are left out, by the name of their field, and addresses and secrets inside texts by their form;
 * and of errors all but type, code and text: what drivers hang onto theirs quotes rows and commands.
 */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => traceIds() ?? {},
    // Errors are plain already when pino gets them.
    serializers: { err: (plain: unknown) => plain },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: clean,
    },
  };
  return withCleanChildren(destination === undefined ? pino(options) : pino(options, destination));
}

/** Pino formats the fields of a line, but neither its text nor what a child is bound to. */
function withCleanChildren(logger: PinoLogger): Logger {
  const at = (level: 'error' | 'warn' | 'info' | 'debug') => (fields: object, text: string) => {
    if (logger.isLevelEnabled(level)) logger[level](fields, redactText(text));
  };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: (fields) => withCleanChildren(logger.child(clean({ ...fields }))),
  };
}

/** Without secrets, and with errors as {@link describeError} has them. */
function clean(fields: Record<string, unknown>): Record<string, unknown> {
  const plain = (value: unknown) => (value instanceof Error ? describeError(value) : value);
  return redact(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)])));
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: DescribedError;
}

function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { stack, cause } = error;
  const code = 'code' in error ? String(error.code) : undefined;
  return {
    type: error.constructor.name,
    message: error.message,
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
