import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeCounts } from './inspection.ts';

export interface EmptiedOptions {
  /** Whether anybody is still served. */
  occupied: () => boolean;
  counts: () => EdgeCounts;
  clock: Clock;
  logger: Logger;
  /** Aborts when it has been waited long enough. */
  enough: AbortSignal;
}

const lookEveryMs = 100;
const looksPerLine = 50;

/** Resolves when an edge that drains serves nobody any more, or `enough` aborts; a log line every five seconds tells who is left. */
export async function emptied({ occupied, counts, clock, logger, enough }: EmptiedOptions): Promise<void> {
  const left = () => {
    const { sessions, childLinks } = counts();
    return { sessions, childLinks };
  };
  logger.info(left(), 'draining');
  for (let look = 1; occupied() && !enough.aborted; look++) {
    await tick(clock, enough);
    if (look % looksPerLine === 0) logger.info(left(), 'still draining');
  }
  if (occupied()) logger.warn(left(), 'drained no further: those left are cut off');
  else logger.info({}, 'drained');
}

function tick(clock: Clock, enough: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(lookEveryMs, over);
    enough.addEventListener('abort', over, { once: true });
    function over() {
      cancel();
      enough.removeEventListener('abort', over);
      resolve();
    }
  });
}
