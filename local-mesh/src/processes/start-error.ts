import { readFileSync } from 'node:fs';

/** The local mesh cannot start, in a sentence for the user. */
export class StartError extends Error {
  override name = 'StartError';
}

/** The end of a log, for the message about the process that wrote it. */
export function lastLines(logFile: string, count = 15): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}
