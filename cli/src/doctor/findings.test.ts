import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { expiryFinding } from './certificates.ts';
import { checkControlPlane, clockFinding } from './control-plane.ts';
import { checkGeoIp } from './geoip.ts';

const day = 86_400_000;

test('a certificate is warned of two weeks before it runs out', () => {
  expect(expiryFinding('https', 15 * day).status).toBe('ok');
  expect(expiryFinding('https', 13 * day).status).toBe('warning');
  expect(expiryFinding('https', -day)).toMatchObject({ status: 'failed', text: expect.stringContaining('1 days ago') });
});

test('clocks may differ by what an HTTP date can not tell', () => {
  expect(clockFinding(900).status).toBe('ok');
  expect(clockFinding(-60_000)).toMatchObject({ status: 'warning', text: expect.stringContaining('behind') });
});

/** A server that answers these paths with JSON, and all others as a proxy answers what it keeps to itself. */
async function serving(answers: Record<string, object>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    response.statusCode = answers[url] === undefined ? 404 : 200;
    response.end(answers[url] === undefined ? '' : JSON.stringify(answers[url]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a control plane is found well behind a proxy that hides what orchestrators ask', async () => {
  const statuses = async (answers: Record<string, object>) =>
    (await checkControlPlane(await serving(answers))).map(({ check, status }) => `${check}: ${status}`);
  const config = { regions: [] };
  expect(await statuses({ '/v1/config': config })).toEqual(['control plane: ok', 'services: skipped', 'clock: ok']);
  expect(await statuses({ '/v1/config': config, '/readyz': { database: true, redis: false, bus: true } })).toEqual([
    'control plane: ok',
    'PostgreSQL: ok',
    'Redis: failed',
    'NATS: ok',
    'clock: ok',
  ]);
  expect(await statuses({ '/readyz': { database: true } })).toEqual(['control plane: failed']);
});

test('a GeoIP file that is not there is a failure with advice', async () => {
  expect(await checkGeoIp({}, 0)).toMatchObject([{ status: 'skipped' }]);
  expect(await checkGeoIp({ CONTROL_GEO_COUNTRY: '/nowhere.mmdb' }, 0)).toMatchObject([
    { status: 'failed', advice: expect.any(String) },
  ]);
});
