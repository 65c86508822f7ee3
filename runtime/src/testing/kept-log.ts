import { Writable } from 'node:stream';
import { createLogger, type Logger } from '../logger.ts';

export interface KeptLog {
  logger: Logger;
  /** All that it has written. */
  written: () => string;
  /** The fields of each line. */
  lines: () => Record<string, unknown>[];
}

/** A logger that writes whatever there is, for tests to read. */
export function keptLog(service: string): KeptLog {
  let log = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  return {
    logger: createLogger(service, 'debug', destination),
    written: () => log,
    lines: () => log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])),
  };
}
