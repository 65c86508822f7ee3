import { pino } from 'pino';
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

/** What may say who somebody is, or let others in: left out wherever it stands in a line, two levels deep. */
const personal = ['address', 'ip', 'name', 'displayName', 'email', 'token', 'resumeToken', 'password', 'secret'];
const deepest = 2;

/** Where a logger writes its lines; standard output if nothing is given. */
export interface LogSink {
  write(line: string): void;
}

/**
 * A logger that writes one JSON object per line, with the ids of the trace under way. Names, addresses and secrets are left out,
 * and of errors all but type, code and text: what drivers hang onto theirs quotes rows and commands.
 */
export function createLogger(service: string, level: LogLevel, sink?: LogSink): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => traceIds() ?? {},
    serializers: { err: (error: unknown) => describeError(error) },
    redact: {
      paths: Array.from({ length: deepest + 1 }, (_, depth) => personal.map((key) => '*.'.repeat(depth) + key)).flat(),
      censor: '[redacted]',
    },
  };
  return sink === undefined ? pino(options) : pino(options, sink);
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
