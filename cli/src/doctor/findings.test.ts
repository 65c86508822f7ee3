import { expect, test } from 'vitest';
import { expiryFinding } from './certificates.ts';
import { clockFinding } from './control-plane.ts';
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

test('a GeoIP file that is not there is a failure with advice', async () => {
  expect(await checkGeoIp({}, 0)).toMatchObject([{ status: 'skipped' }]);
  expect(await checkGeoIp({ CONTROL_GEO_COUNTRY: '/nowhere.mmdb' }, 0)).toMatchObject([
    { status: 'failed', advice: expect.any(String) },
  ]);
});
