import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

test('events happen in the order of their times, equal ones in the order they were added', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 })), async (times) => {
      const queue = new EventQueue();
      const happened: [number, number][] = [];
      for (const [order, atMs] of times.entries()) queue.at(atMs, () => happened.push([queue.nowMs, order]));
      await queue.runUntil(100);
      const expected = times.map((atMs, order): [number, number] => [atMs, order]);
      expect(happened).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('what an event adds within the time happens too, what comes later waits', async () => {
  const queue = new EventQueue();
  const happened: number[] = [];
  const again = () => {
    happened.push(queue.nowMs);
    queue.at(queue.nowMs + 30, again);
  };
  queue.at(10, again);
  await queue.runUntil(100);
  expect(happened).toEqual([10, 40, 70, 100]);
  expect(queue.nowMs).toBe(100);
});

test('others have their turn while events follow one another', async () => {
  const queue = new EventQueue();
  let hadTurn = false;
  setImmediate(() => {
    hadTurn = true;
  });
  const again = () => {
    if (!hadTurn) queue.at(queue.nowMs, again);
  };
  queue.at(0, again);
  await queue.runUntil(100);
  expect(hadTurn).toBe(true);
});
