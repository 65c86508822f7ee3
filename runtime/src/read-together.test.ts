import { expect, test } from 'vitest';
import { readTogether } from './read-together.ts';

/** Readings that end when they are told to, with what they read or an error. */
function readings() {
  const begun: { key: string; end(result: string | Error): void }[] = [];
  const read = readTogether((key) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    begun.push({ key, end: (result) => (result instanceof Error ? reject(result) : resolve(result)) });
    return promise;
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, read, settle };
}

test('reads once for all who ask before it begins to', async () => {
  const { begun, read, settle } = readings();
  const asked = [read('a'), read('a')];
  await settle();
  expect(begun).toHaveLength(1);
  begun[0]?.end('one');
  expect(await Promise.all(asked)).toEqual(['one', 'one']);
});

test('answers nobody with what was read before it asked', async () => {
  const { begun, read, settle } = readings();
  const first = read('a');
  await settle();
  const later = [read('a'), read('a')];
  await settle();
  begun[0]?.end('old');
  await settle();
  expect(begun).toHaveLength(2);
  begun[1]?.end('new');
  expect(await first).toBe('old');
  expect(await Promise.all(later)).toEqual(['new', 'new']);
});

test('reads side by side what is not the same', async () => {
  const { begun, read, settle } = readings();
  void read('a');
  void read('b');
  await settle();
  expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
});

test('reads anew after a reading that failed', async () => {
  const { begun, read, settle } = readings();
  const failing = read('a');
  await settle();
  const later = read('a');
  begun[0]?.end(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  await settle();
  begun[1]?.end('back');
  expect(await later).toBe('back');
});
