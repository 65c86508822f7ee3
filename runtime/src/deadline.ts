import type { Clock } from './clock.ts';
import { CanopyError } from './errors.ts';

/** The result of `work`, or TIMEOUT when it takes longer; the work itself goes on. */
export function withDeadline<T>(clock: Clock, timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(new CanopyError('TIMEOUT')));
    work.finally(cancel).then(resolve, reject);
  });
}
