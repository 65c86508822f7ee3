import { expect, test } from 'vitest';
import { serveHealth } from './health.ts';

test('tells whether it gets at its work', async () => {
  let ready = false;
  await using health = await serveHealth(0, () => ready);
  const status = async (path: string) => (await fetch(`http://${health.address}${path}`)).status;
  expect(await status('/readyz')).toBe(503);
  ready = true;
  expect([await status('/readyz'), await status('/')]).toEqual([200, 404]);
  expect(health.address).toMatch(/^127\.0\.0\.1:/);
});
