import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { Coalescing } from './coalescing.ts';

it('does once what is asked for many times, again while the store is away, and not for what is over', async () => {
  const clock = new VirtualClock();
  const coalescing = new Coalescing(clock, silentLogger, 1_000);
  const failures = [new CanopyError('STATE_UNAVAILABLE'), new CanopyError('MEETING_ENDED')];
  let done = 0;
  const work = async () => {
    done += 1;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  const next = async () => {
    clock.advance(1_000);
    // What it does about a failure comes after that.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return done;
  };
  coalescing.soon('key', work);
  coalescing.soon('key', work);
  expect([await next(), await next(), await next()]).toEqual([1, 2, 2]);
});
