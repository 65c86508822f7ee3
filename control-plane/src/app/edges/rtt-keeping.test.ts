import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, expect, it } from 'vitest';
import { MeasuredRtts } from '../../core/placement/measured-rtt.ts';
import { type KeptNetwork, RttKeeping } from './rtt-keeping.ts';

let clock: VirtualClock;
let isAway: boolean;
/** What was written, write by write. */
let written: (readonly KeptNetwork[])[];

beforeEach(() => {
  [clock, isAway, written] = [new VirtualClock(), false, []];
});

function replica() {
  const measured = new MeasuredRtts();
  const keeping = new RttKeeping({
    store: {
      async keep(networks) {
        if (isAway) throw new CanopyError('STATE_UNAVAILABLE');
        written.push(networks);
      },
      async *recall() {
        if (isAway) throw new CanopyError('STATE_UNAVAILABLE');
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
  await new Promise((resolve) => setImmediate(resolve));
}

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
  await keeping.recall();
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
  await other.keeping.recall();
  expect(other.measured.recall('net', clock.now()).get('edge')?.rttMs).toBe(20);
});
