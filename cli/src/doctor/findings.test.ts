import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '@canopy/client/api';
import { expect, onTestFinished, test } from 'vitest';
import { expiryFinding } from './certificates.ts';
import { checkControlPlane, checkReadiness, clockFinding } from './control-plane.ts';
import { examine } from './examine.ts';
import { checkGeoIp } from './geoip.ts';
import { checkMeasuring } from './measuring.ts';

const day = 86_400_000;
const fra = { region: 'eu-central-1', protocol: 2, heardAgoMs: 0, clockOffsetMs: 0, media: null };

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
  const statuses = async (check: typeof checkControlPlane, answers: Record<string, object>) =>
    (await check(await serving(answers))).map((finding) => `${finding.check}: ${finding.status}`);
  const config = { regions: [] };
  expect(await statuses(checkControlPlane, { '/v1/config': config })).toEqual(['control plane: ok', 'clock: ok']);
  expect(await statuses(checkControlPlane, { '/readyz': { database: true } })).toEqual(['control plane: failed']);
  expect(await statuses(checkReadiness, { '/v1/config': config })).toEqual(['services: skipped']);
  expect(await statuses(checkReadiness, { '/readyz': { database: true, redis: false, bus: true } })).toEqual([
    'PostgreSQL: ok',
    'Redis: failed',
    'NATS: ok',
  ]);
});

test('a server of the version before, which tells nothing of its health, is looked at as far as that goes', async () => {
  const url = await serving({
    '/v1/config': { regions: [] },
    '/v1/mesh': { edges: [], links: [], protocol: 2 },
    '/readyz': { database: true, redis: true, bus: true },
  });
  const findings = await examine({ api: new Api({ url }), url, apiKey: undefined, json: true, env: {} });
  expect(findings.map(({ check, status }) => `${check}: ${status}`)).toEqual([
    'control plane: ok',
    'clock: ok',
    'API key: ok',
    'PostgreSQL: ok',
    'Redis: ok',
    'NATS: ok',
    'edges: failed',
    'https: skipped',
  ]);
});

test('an edge that browsers can not measure is warned of', async () => {
  const well = `${await serving({ '/healthz': {} })}/healthz`;
  const measured = async (url: string, ...urls: (string | null)[]) => {
    const edges = urls.map((measuringUrl, index) => ({ ...fra, id: `fra-${index}`, measuringUrl }));
    return (await checkMeasuring(url, edges)).map(({ check, status }) => `${check}: ${status}`);
  };
  expect(await measured('http://localhost', well, well)).toEqual(['measuring: ok']);
  expect(await measured('http://localhost', well, `${well}/nothing`, null, 'http://127.0.0.1:9/')).toEqual([
    'measuring fra-1: warning',
    'measuring fra-2: warning',
    'measuring fra-3: warning',
  ]);
  expect(await measured('https://meet.example.org', well)).toEqual(['measuring fra-0: warning']);
});

test('a GeoIP file that is not there is a failure with advice', async () => {
  expect(await checkGeoIp({}, 0)).toEqual([]);
  expect(await checkGeoIp({ CONTROL_GEO_COUNTRY: '/nowhere.mmdb' }, 0)).toMatchObject([
    { status: 'failed', advice: expect.any(String) },
  ]);
});
