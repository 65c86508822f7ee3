import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { type Flow, LinkFlow } from './link-flow.ts';

const settleMs = 8_000;
const lingerMs = 5_000;
const retryMs = 500;
const flowing = { heldBack: false, insists: false, use: 'first' };

/** A parent that answers when the test says so. */
function flowTo(heldBack = false, unsure = false) {
  const clock = new VirtualClock();
  const told: Flow[] = [];
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const tell = (flow: Flow) => {
    told.push(flow);
    return new Promise<void>((resolve, reject) => {
      answers.push({ resolve, reject });
    });
  };
  const flow = new LinkFlow({ heldBack, use: 'first', unsure, clock, logger: silentLogger, tell });
  const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
  return {
    clock,
    told,
    flow,
    answer: async () => {
      answers.shift()?.resolve();
      await settled();
    },
    fail: async () => {
      answers.shift()?.reject(new Error('unreachable'));
      await settled();
    },
  };
}

test('a parent is told of fewer layers once the way has settled, later after a while, and of more at once', async () => {
  const { clock, told, flow, answer } = flowTo();
  flow.need(1);
  clock.advance(settleMs - 1);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([{ ...flowing, layers: 1 }]);
  await answer();
  flow.need(3);
  expect(told.at(-1)).toEqual({ ...flowing, layers: 3 });
  await answer();
  flow.need(2);
  clock.advance(lingerMs - 1);
  expect(told).toHaveLength(2);
  clock.advance(1);
  expect(told.at(-1)).toEqual({ ...flowing, layers: 2 });
});

test('a parent is told one thing at a time, and of the latest then', async () => {
  const { clock, told, flow, answer } = flowTo(true);
  flow.keepFlowing();
  flow.need(1);
  clock.advance(settleMs);
  flow.need(2);
  expect(told).toEqual([{ ...flowing, layers: Number.POSITIVE_INFINITY }]);
  await answer();
  expect(told.slice(1)).toEqual([{ ...flowing, layers: 2 }]);
  await answer();
  expect(told).toHaveLength(2);
});

test('a parent that did not hear is told again', async () => {
  const { clock, told, flow, fail, answer } = flowTo(true);
  flow.keepFlowing();
  await fail();
  expect(told).toHaveLength(1);
  clock.advance(retryMs);
  expect(told).toHaveLength(2);
  await answer();
  clock.advance(retryMs);
  expect(told).toHaveLength(2);
});

test('what was asked for held back comes while somebody keeps it flowing', async () => {
  const { told, flow, answer } = flowTo(true);
  const [first, second] = [flow.keepFlowing(), flow.keepFlowing()];
  await answer();
  first();
  first();
  expect([flow.heldBack, told.length]).toEqual([false, 1]);
  second();
  expect([flow.heldBack, told.map(({ heldBack }) => heldBack)]).toEqual([true, [false, true]]);
});

test('what was not asked for held back comes in any case', () => {
  const { told, flow } = flowTo();
  flow.keepFlowing()();
  expect([flow.heldBack, told]).toEqual([false, []]);
});

test('a parent is told at once whether the track is needed hushed or not', async () => {
  const { told, flow, answer } = flowTo();
  flow.insist(false);
  expect(told).toEqual([]);
  flow.insist(true);
  await answer();
  flow.insist(false);
  expect(told.map(({ insists }) => insists)).toEqual([true, false]);
});

test('nothing is told of a track that was let go', async () => {
  const { clock, told, flow, fail } = flowTo(true);
  flow.keepFlowing();
  flow.need(1);
  flow.close();
  await fail();
  clock.advance(settleMs + retryMs);
  expect(told).toHaveLength(1);
});

test('a parent that may have answered what was asked for before is told at once what is asked for now', async () => {
  const { told, answer } = flowTo(false, true);
  expect(told).toEqual([{ ...flowing, layers: Number.POSITIVE_INFINITY }]);
  await answer();
  expect(told).toHaveLength(1);
});

test('a parent is told what a track is taken for from now on', async () => {
  const { told, flow, answer } = flowTo();
  flow.serve('backup');
  flow.serve('backup');
  await answer();
  expect(told).toMatchObject([{ use: 'backup' }]);
});
