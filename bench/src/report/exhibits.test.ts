import { expect, test } from 'vitest';
import { benchNames } from '../catalogue.ts';
import type { SignalingFigures } from '../signaling/measure.ts';
import { signaling, tiles } from './exhibits/crowds.ts';
import { exhibitOf } from './exhibits.ts';

test('the report shows more of every bench than its summary', async () => {
  const names = await benchNames();
  expect(names.filter((name) => exhibitOf(name) === undefined)).toEqual([]);
});

test('larger tiles that never came are not drawn beside the others', () => {
  const grid = { cpu: 0.5, framesPerSecond: 300, receivedBps: 4e6, lines: 180 };
  const ratio = { cpu: 1, receivedBps: 1 };
  const drawn = (allIsLarger: boolean) =>
    tiles.plots?.({
      cameras: 20,
      ways: { tiles: grid, saver: grid, all: grid },
      allIsLarger,
      ratios: { saver: ratio, all: ratio },
    });
  expect(drawn(true)?.filter((plot) => plot.includes('all that is sent'))).toHaveLength(3);
  expect(drawn(false)?.join()).not.toContain('all that is sent');
});

const times = { p50: 1, p99: 2, max: 3 };
const figures: SignalingFigures = {
  joins: {
    done: 10,
    firstAttemptMs: { ...times, count: 10 },
    ms: times,
    refusals: 0,
    unreached: 0,
    failed: {},
    perSecond: 5,
    cpuMs: 1,
  },
  heardDuringJoinsMs: times,
  bytesPerSession: { resident: 4_000, objects: 3_000 },
  residentMiB: 100,
  idleCpu: 0,
  heardMs: times,
  unheard: 0,
  cpuPerRecipientUs: 20,
};

test('signaling that takes more than promised beside bare ws, or is later, is missed', () => {
  const missed = (memory: number, p99: number) =>
    signaling
      .promises?.({
        people: 10,
        offeredJoinsPerSecond: 5,
        canopy: { ...figures, heardMs: { ...times, p99 } },
        ws: figures,
        socketIo: figures,
        ratios: { ws: { memory, cpuPerRecipient: 1.5 }, socketIo: { memory: 1, cpuPerRecipient: 1 } },
        holds: {},
        notes: [],
      })
      .flatMap(({ what, kept }) => (kept ? [] : [what]));
  expect(missed(1.5, 250)).toEqual([]);
  expect(missed(1.6, 251)).toEqual(['Memory of a session, by that of bare ws', 'A message to all, p99']);
});
