import { expect, test } from 'vitest';
import { serveHealth } from './health.ts';

test('tells that it runs, and whether it gets at its work', async () => {
  let ready = false;
  await using health = await serveHealth(0, () => ready);
  const status = async (path: string) => (await fetch(`http://${health.address}${path}`)).status;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  ready = true;
  expect([await status('/healthz'), await status('/readyz'), await status('/')]).toEqual([200, 200, 404]);
  expect(health.address).toMatch(/^127\.0\.0\.1:/);
});
