import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import { onPostgres } from './database.ts';

/** Nobody who asked waits longer. */
const longestWaitMs = 5_000;

/**
 * Work of many at once on the same row: it waits here, and not with a connection each in the database, where everybody else
 * would wait as well. Errors: STATE_UNAVAILABLE, also when its turn does not come in time.
 */
export class InLine {
  readonly #queue = new KeyedQueue();

  run<T>(row: string, work: () => Promise<T>): Promise<T> {
    const until = performance.now() + longestWaitMs;
    return this.#queue.run(row, async () => {
      if (performance.now() > until) throw new CanopyError('STATE_UNAVAILABLE');
      return await onPostgres(work);
    });
  }
}
