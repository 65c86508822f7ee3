import { readFileSync } from 'node:fs';
import { BenchError } from '../bench.ts';

/** What a process has open besides sessions: connections to services, listeners, files. */
const others = 200;

/** Each session is an open file of the server and one of this process, which have raised their limits as far as they may. Throws a {@link BenchError} if that is not far enough. */
export function requireOpenFiles(sessions: number): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const most = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (most < sessions + others)
    throw new BenchError(
      `${sessions} sessions need ${sessions + others} open files, and ${most} are allowed (ulimit -Hn).`,
    );
}
