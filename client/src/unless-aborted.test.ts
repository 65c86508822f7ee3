import { expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

const forever = new Promise<string>(() => {});

test('what was to be done is given up with the reason of the signal, at once', async () => {
  const abort = new AbortController();
  const work = unlessAborted(abort.signal, forever);
  abort.abort(new Error('somebody closed the dialog'));
  await expect(work).rejects.toThrow('somebody closed the dialog');
});

test('a signal that was given before counts as well', async () => {
  await expect(unlessAborted(AbortSignal.abort(), forever)).rejects.toMatchObject({ name: 'AbortError' });
});

test('what gave up fails unheard', async () => {
  const abort = new AbortController();
  const { promise, reject } = Promise.withResolvers<string>();
  const work = unlessAborted(abort.signal, promise);
  abort.abort();
  reject(new Error('the connection was closed'));
  await expect(work).rejects.toMatchObject({ name: 'AbortError' });
});

test('without a signal, or before it, work gives what it gives', async () => {
  const abort = new AbortController();
  expect(await unlessAborted(undefined, Promise.resolve('done'))).toBe('done');
  expect(await unlessAborted(abort.signal, Promise.resolve('done'))).toBe('done');
});
