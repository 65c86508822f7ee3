import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, expect, it } from 'vitest';
import { MeasuredRtts } from '../../core/placement/measured-rtt.ts';
import { type KeptNetwork, RttKeeping } from './rtt-keeping.ts';

let clock: VirtualClock;
let isAway: boolean;
/** What the store waits for before it answers. */
let slowness: Promise<void> | undefined;
/** What was written, write by write. */
let written: (readonly KeptNetwork[])[];

beforeEach(() => {
  [clock, isAway, slowness, written] = [new VirtualClock(), false, undefined, []];
});

function replica() {
  const measured = new MeasuredRtts();
  const keeping = new RttKeeping({
    store: {
      async keep(networks) {
        if (isAway) throw new CanopyError('STATE_UNAVAILABLE');
        await slowness;
        written.push(networks);
      },
      async *recall() {
        if (isAway) throw new CanopyError('STATE_UNAVAILABLE');
        await slowness;
        yield written.flat().map((network) => ({ ...network, agoMs: 0 }));
      },
    },
    measured,
    clock,
    logger: silentLogger,
  });
  const learn = (network: string, rttMs: number) => {
    measured.observe(network, 'edge', rttMs, clock.now());
    keeping.learnt(network);
  };
  return { measured, keeping, learn };
}

async function afterMs(ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('writes a network once in five seconds, however many measure there, and only if somebody did', async () => {
  const { keeping, learn } = replica();
  keeping.run();
  for (const rttMs of [20, 30, 40]) learn('net', rttMs);
  await afterMs(4_999);
  expect(written).toEqual([]);
  await afterMs(1);
  expect(written).toEqual([[{ network: 'net', rtts: [{ edgeId: 'edge', rttMs: 30, weight: expect.closeTo(3, 1) }] }]]);
  await afterMs(5_000);
  // To be rid of what is too old.
  expect(written.at(-1)).toEqual([]);
});

it('writes a rush in parts', async () => {
  const { keeping, learn } = replica();
  keeping.run();
  for (let network = 0; network < 2_500; network += 1) learn(`${network}`, 20);
  await afterMs(5_000);
  expect(written.map((part) => part.length)).toEqual([1_000, 1_000, 500]);
});

it('remembers while the store is away, and writes it when that is back', async () => {
  const { keeping, learn, measured } = replica();
  isAway = true;
  keeping.run();
  learn('net', 20);
  await afterMs(5_000);
  expect(measured.recall('net', clock.now()).get('edge')?.rttMs).toBe(20);
  isAway = false;
  await afterMs(5_000);
  expect(written.flat().map(({ network }) => network)).toEqual(['net']);
});

it('writes what is left when it ends, for those that start', async () => {
  const { keeping, learn } = replica();
  keeping.run();
  learn('net', 20);
  await keeping[Symbol.asyncDispose]();
  const other = replica();
  other.keeping.run();
  await settled();
  expect(other.measured.recall('net', clock.now()).get('edge')?.rttMs).toBe(20);
});

it('writes what is left when it ends also while it still writes, and has written all of it then', async () => {
  const { keeping, learn } = replica();
  keeping.run();
  await settled();
  const { promise, resolve } = Promise.withResolvers<void>();
  slowness = promise;
  learn('early', 20);
  await afterMs(5_000);
  learn('late', 20);
  const ended = keeping[Symbol.asyncDispose]();
  expect(written).toEqual([]);
  resolve();
  await ended;
  expect(written.flat().map(({ network }) => network)).toEqual(['early', 'late']);
});

it('begins, learns and writes while what is kept is still read, and believes what is newer', async () => {
  written = ['known', 'measured anew'].map((network) => [
    { network, rtts: [{ edgeId: 'edge', rttMs: 50, weight: 1 }] },
  ]);
  const { promise, resolve } = Promise.withResolvers<void>();
  slowness = promise;
  const { keeping, learn, measured } = replica();
  keeping.run();
  learn('measured anew', 20);
  await settled();
  resolve();
  await settled();
  const remembered = (network: string) => measured.recall(network, clock.now()).get('edge')?.rttMs;
  expect([remembered('known'), remembered('measured anew')]).toEqual([50, 20]);
});

it('takes nothing up any more once it has ended', async () => {
  written = [[{ network: 'net', rtts: [{ edgeId: 'edge', rttMs: 50, weight: 1 }] }]];
  const { promise, resolve } = Promise.withResolvers<void>();
  slowness = promise;
  const { keeping, measured } = replica();
  keeping.run();
  const ended = keeping[Symbol.asyncDispose]();
  resolve();
  await ended;
  expect(measured.networkCount).toBe(0);
});
