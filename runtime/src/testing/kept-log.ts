import { Writable } from 'node:stream';
import { createLogger, type Logger } from '../logger.ts';

/** A logger that writes whatever there is, and all that it has written. */
export function keptLog(service: string): { logger: Logger; written: () => string } {
  let log = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  return { logger: createLogger(service, 'debug', destination), written: () => log };
}
