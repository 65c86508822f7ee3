import { expect, test } from 'vitest';
import { KeyedQueue } from './keyed-queue.ts';

function gate() {
  return Promise.withResolvers<void>();
}

test('runs tasks of one key in order, one at a time', async () => {
  const queue = new KeyedQueue();
  const order: string[] = [];
  const first = gate();
  const a = queue.run('meeting', async () => {
    order.push('first begins');
    await first.promise;
    order.push('first ends');
  });
  const b = queue.run('meeting', async () => {
    order.push('second begins');
  });
  first.resolve();
  await Promise.all([a, b]);
  expect(order).toEqual(['first begins', 'first ends', 'second begins']);
});

test('runs tasks of different keys side by side', async () => {
  const queue = new KeyedQueue();
  const blocked = gate();
  const slow = queue.run('slow', () => blocked.promise);
  expect(await queue.run('quick', async () => 'done')).toBe('done');
  blocked.resolve();
  await slow;
});

test('goes on after a task that failed', async () => {
  const queue = new KeyedQueue();
  const failing = queue.run('meeting', () => Promise.reject(new Error('broken')));
  const next = queue.run('meeting', async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});

test('forgets a key when its work is done', async () => {
  const queue = new KeyedQueue();
  await queue.run('meeting', async () => {});
  await Promise.resolve();
  expect(queue.size).toBe(0);
});
