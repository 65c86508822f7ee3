import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { unlessBusy } from '../unless-busy.ts';
import type { Departing } from './departing.ts';

/** Sweeps every `periodMs`, one sweep at a time, until the returned function is called. */
export function sweepEvery(
  departing: Pick<Departing, 'sweep'>,
  periodMs: number,
  clock: Clock,
  logger: Logger,
): () => void {
  const sweep = unlessBusy(async () => {
    try {
      await departing.sweep();
    } catch (error) {
      logger.debug({ err: error }, 'a sweep was not finished');
    }
  });
  return clock.every(periodMs, () => void sweep());
}
