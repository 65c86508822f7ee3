import { errors } from 'mediasoup';
import { expect, test } from 'vitest';
import { unlessClosed } from './closable.ts';

const open = { closed: false, close: () => {}, onClosed: () => {} };

test('what the worker does not know any more has closed, though it has not said so yet', async () => {
  await expect(unlessClosed(open, Promise.reject(new errors.NotFoundError('gone')))).resolves.toBeUndefined();
});

test('what fails for another reason fails, unless it was about what is closed', async () => {
  const failure = new Error('no');
  await expect(unlessClosed(open, Promise.reject(failure))).rejects.toBe(failure);
  await expect(unlessClosed({ ...open, closed: true }, Promise.reject(failure))).resolves.toBeUndefined();
});
