import { pause, VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { silentAfterMs } from '../../core/cascade/silence.ts';
import { ToyClosable } from '../../testing/toy-closable.ts';
import { settled } from '../../testing/toy-upstream.ts';
import type { Pipe } from '../ports/media.ts';
import { LinkMeter } from './link-meter.ts';

async function never(): Promise<never> {
  throw new Error('not in this test');
}

/** A pipe that is watched, over which a byte comes every millisecond until it falls silent, and when silence was told. Its worker takes that long to answer, ms. */
function watched(answersAfterMs = 0) {
  const clock = new VirtualClock();
  let silentSince = Number.POSITIVE_INFINITY;
  const unused = { connect: never, send: never, receive: never, receivedBps: never };
  const pipe: Pipe = Object.assign(new ToyClosable(), {
    endpoint: { ip: '127.0.0.1', port: 1, srtp: undefined },
    receivedBytes: async () => {
      const received = Math.min(clock.monotonicMs(), silentSince);
      if (answersAfterMs > 0) await pause(clock, answersAfterMs);
      return received;
    },
    ...unused,
  });
  const toldAt: number[] = [];
  const meter = new LinkMeter(pipe, clock, silentLogger, () => toldAt.push(clock.now()));
  const stop = meter.watch();
  const run = async (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      clock.advance(1);
      await settled();
    }
  };
  const fallSilent = () => {
    silentSince = clock.now();
  };
  return { clock, pipe, toldAt, stop, run, fallSilent };
}

test('silence is told in the moment in which it is one, not with the next look', async () => {
  const { toldAt, run, fallSilent } = watched(4);
  await run(45);
  fallSilent();
  await run(silentAfterMs + 20);
  // Looks are 15 ms apart: the last byte was found at 49, which is not long enough before 120, and next is 135.
  expect(toldAt[0]).toBeLessThan(135);
});

test('silence is no longer because somebody set the clock meanwhile', async () => {
  const aheadMs = 3_600_000;
  const { clock, toldAt, run, fallSilent } = watched();
  await run(45);
  fallSilent();
  await run(20);
  clock.set(aheadMs);
  await run(silentAfterMs);
  expect(toldAt[0]).toBe(aheadMs + 45 + silentAfterMs);
});

test('nothing is looked at once nobody watches, or the pipe is closed', async () => {
  for (const end of ['stop', 'close'] as const) {
    const { clock, pipe, toldAt, stop, run, fallSilent } = watched();
    await run(45);
    fallSilent();
    await run(silentAfterMs - 5);
    if (end === 'stop') stop();
    else pipe.close();
    await run(60);
    expect([clock.now(), toldAt]).toEqual([45 + silentAfterMs - 5 + 60, []]);
  }
});
