import { expect, test } from 'vitest';
import { chooseWorker, hottestLoad, type WorkerUsage, workerLoad } from './worker-load.ts';

function worker(index: number, usage: Partial<WorkerUsage> = {}): WorkerUsage {
  return { index, cpu: 0, consumers: 0, newConsumers: 0, transports: 0, ...usage };
}

test('what is too new to be measured counts on top of what was', () => {
  expect(workerLoad(worker(0, { cpu: 0.3, consumers: 400 }))).toBe(0.3);
  expect(workerLoad(worker(0, { cpu: 0.3, consumers: 400, newConsumers: 100 }))).toBe(0.5);
});

test('a worker takes only so many tracks even while nothing comes over them', () => {
  expect(workerLoad(worker(0, { cpu: 0.1, consumers: 1_800 }))).toBe(0.9);
});

test('an edge is as loaded as its hottest worker', () => {
  expect(hottestLoad([worker(0, { cpu: 0.1 }), worker(1, { cpu: 0.9 })])).toBe(0.9);
  expect(hottestLoad([])).toBe(0);
});

test('a meeting stays on the worker it is on while that is below the threshold', () => {
  const workers = [worker(0, { cpu: 0.5 }), worker(1)];
  expect(chooseWorker(workers, new Map([[0, 1]]), 0.6)).toBe(0);
});

test('a meeting spreads to the coolest worker above the threshold', () => {
  const workers = [worker(0, { cpu: 0.7 }), worker(1, { cpu: 0.2 }), worker(2, { cpu: 0.1 })];
  expect(chooseWorker(workers, new Map([[0, 1]]), 0.6)).toBe(2);
});

test('a meeting that fills a worker takes the next one, and then all evenly', () => {
  const workers = [worker(0, { transports: 16 }), worker(1), worker(2)];
  expect(chooseWorker(workers, new Map([[0, 7]]), 0.6)).toBe(0);
  expect(chooseWorker(workers, new Map([[0, 8]]), 0.6)).toBe(1);
  expect(
    chooseWorker(
      workers,
      new Map([
        [0, 8],
        [1, 1],
      ]),
      0.6,
    ),
  ).toBe(1);
});

test('of about equally loaded workers the one with fewer transports is chosen', () => {
  expect(
    chooseWorker([worker(0, { cpu: 0.11, transports: 2 }), worker(1, { cpu: 0.19, transports: 1 })], new Map(), 0.6),
  ).toBe(1);
});

test('nobody is chosen when every worker is full, or none is there', () => {
  expect(chooseWorker([worker(0, { newConsumers: 500 })], new Map([[0, 1]]), 0.6)).toBeUndefined();
  expect(chooseWorker([], new Map(), 0.6)).toBeUndefined();
});
