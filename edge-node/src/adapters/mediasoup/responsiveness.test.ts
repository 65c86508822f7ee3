import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Responsiveness } from './responsiveness.ts';

/** Looks that many times, with a turn of the event loop between. */
async function looks(responsiveness: Responsiveness, count: number): Promise<boolean[]> {
  const seen: boolean[] = [];
  for (let look = 0; look < count; look++) {
    seen.push(responsiveness.look());
    await setImmediate();
  }
  return seen;
}

test('a worker that answers is never found stopped', async () => {
  expect(await looks(new Responsiveness(async () => 'fine'), 100)).not.toContain(true);
});

test('an error is an answer', async () => {
  const refusing = new Responsiveness(async () => {
    throw new Error('no');
  });
  expect(await looks(refusing, 100)).not.toContain(true);
});

test('a worker that never answers is found stopped a second after the question', async () => {
  const silent = new Responsiveness(() => new Promise(() => {}));
  expect(await looks(silent, 5)).toEqual([false, false, false, false, true]);
});

test('slow answers do not add up', async () => {
  let answer = () => {};
  const slow = new Responsiveness(
    () =>
      new Promise<void>((resolve) => {
        answer = resolve;
      }),
  );
  for (let round = 0; round < 5; round++) {
    expect(await looks(slow, 4)).not.toContain(true);
    answer();
    await setImmediate();
  }
});
