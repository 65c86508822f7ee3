import { pino } from 'pino';

/** Levels: `error` somebody must act; `warn` degraded, but handled; `info` one line per lifecycle transition; `debug` the rest. */
export interface Logger {
  error(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  info(fields: object, text: string): void;
  debug(fields: object, text: string): void;
  child(fields: object): Logger;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** A logger that writes one JSON object per line to standard output. Names, addresses and secrets are left out by default. */
export function createLogger(service: string, level: LogLevel): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['address', 'name', 'token', 'resumeToken', 'password', '*.token', '*.password'],
      censor: '[redacted]',
    },
  });
}

export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
