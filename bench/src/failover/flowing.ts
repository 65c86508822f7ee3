import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../bench.ts';

const askEveryMs = 20;
/** Frames come every 33 or 40 ms. */
const latelyMs = 1_000;

/** Somebody who watches: when packets of video came, ms of performance.now(), ascending. */
interface Watcher {
  readonly arrivals: readonly number[];
}

/** Resolves when everybody gets media: nobody can lose what they never had. Rejects with a {@link BenchError} if that takes longer. */
export async function untilFlowing(watchers: readonly Watcher[], patienceMs = 10_000): Promise<void> {
  const isWithout = ({ arrivals }: Watcher) => performance.now() - (arrivals.at(-1) ?? -Infinity) > latelyMs;
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    const without = watchers.filter(isWithout).length;
    if (without === 0) return;
    if (performance.now() > endsAt)
      throw new BenchError(`${without} of ${watchers.length} viewers get no media before anything is lost.`);
    await delay(askEveryMs);
  }
}
