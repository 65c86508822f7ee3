import { afterAll, beforeAll, expect, it } from 'vitest';
import { paceOnRedis } from '../src/adapters/redis/pace.ts';
import { TestMesh } from '../src/testing/mesh.ts';

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await TestMesh.create();
});

afterAll(() => mesh[Symbol.asyncDispose]());

const pace = { most: 3, windowMs: 200 };

it('allows so many in a window, whoever asks, and as many again in the next', async () => {
  const [one, two] = [
    paceOnRedis(mesh.redis(), mesh.config.namespace),
    paceOnRedis(mesh.redis(), mesh.config.namespace),
  ];
  const long = { ...pace, windowMs: 60_000 };
  expect([await one.allow('a', 2, long), await two.allow('a', 2, long), await one.allow('a', 2, long)]).toEqual([
    2, 1, 0,
  ]);
  expect(await one.allow('b', 5, pace)).toBe(3);
  await expect.poll(() => one.allow('b', 5, pace)).toBe(3);
});

it('is not held up for ever by a counter that was left without an end', async () => {
  await mesh.redis().set(`${mesh.config.namespace}:pace:drain`, 100);
  await expect.poll(() => paceOnRedis(mesh.redis(), mesh.config.namespace).allow('drain', 1, pace)).toBe(1);
});
