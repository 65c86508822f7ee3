import type { MeshHealth } from '@canopy/client/api';
import { oldAfterDays } from '@canopy/geo/age';
import { expect, test } from 'vitest';
import { checkHealth } from './health.ts';

const now = Date.UTC(2027, 0, 1);
const day = 86_400_000;
const fra = {
  id: 'fra-1',
  region: 'eu-central-1',
  protocol: 2,
  heardAgoMs: 400,
  clockOffsetMs: -3,
  measuringUrl: 'https://fra-1.example.org/',
  media: null,
};

function health(change: Partial<MeshHealth> = {}): MeshHealth {
  const answer = { version: '17.2', roundTripMs: 0.8 };
  return {
    replica: 'a',
    now: new Date(now).toISOString(),
    services: { postgresql: answer, redis: answer, nats: answer },
    migrations: { newest: '0018-registrations', pending: [] },
    secrets: { sealing: true, kept: 3, behind: 0, missingKeys: [] },
    geoBuiltAt: new Date(now - 30 * day).toISOString(),
    protocol: 2,
    replicas: [{ id: 'a', protocol: 2 }],
    edges: [fra],
    ...change,
  };
}

/** What is not well, and all of it has advice. */
function wrong(change: Partial<MeshHealth>): string[] {
  return checkHealth(health(change), now).flatMap((finding) =>
    'advice' in finding && finding.advice !== '' ? [`${finding.status} ${finding.check}: ${finding.text}`] : [],
  );
}

test('a mesh that is well has no finding but good ones', () => {
  const findings = checkHealth(health(), now);
  expect(findings.map(({ check, status }) => `${status} ${check}`)).toEqual(
    [
      'PostgreSQL',
      'Redis',
      'NATS',
      'PostgreSQL version',
      'Redis version',
      'NATS version',
      'migrations',
      'secrets',
      'GeoIP',
      'protocol',
      'edge clocks',
    ].map((check) => `ok ${check}`),
  );
});

test('services that do not answer fail, those that are slow or old are warned of', () => {
  const { services } = health();
  expect(wrong({ services: { ...services, redis: null }, replicas: null })).toEqual([
    'failed Redis: does not answer the control plane',
  ]);
  expect(wrong({ services: { ...services, nats: { version: '2.12.7', roundTripMs: 80 } } })).toEqual([
    'warning NATS: 2.12.7 answers the control plane within 80 ms',
  ]);
  expect(wrong({ services: { ...services, postgresql: { version: '13.4', roundTripMs: 1 } } })).toEqual([
    'warning PostgreSQL version: 13.4',
  ]);
  expect(wrong({ services: { ...services, redis: { version: '6.2.14', roundTripMs: 1 } } })).toEqual([
    'failed Redis version: 6.2.14',
  ]);
  expect(wrong({ services: { ...services, redis: { version: '', roundTripMs: 1 } } })).toEqual([]);
  expect(wrong({ services: { ...services, nats: { version: '2.9.10', roundTripMs: 1 } } })).toEqual([
    'warning NATS version: 2.9.10 has known security advisories',
  ]);
});

test('tables that are behind fail', () => {
  expect(wrong({ migrations: { newest: '0017-banned-networks', pending: ['0018-registrations'] } })).toEqual([
    'failed migrations: 1 to do, from 0018-registrations',
  ]);
});

test('secrets that are not sealed as they could be are warned of, those that nobody can open fail', () => {
  const kept = { sealing: true, kept: 3, behind: 2, missingKeys: [] };
  expect(wrong({ secrets: { ...kept, sealing: false, behind: 0 } })).toEqual([
    'warning secrets: those of API keys and webhooks, 3 in all, are in clear in the database',
  ]);
  expect(wrong({ secrets: kept })).toEqual([
    'warning secrets: 2 of 3 in the database are in clear, or sealed with a former key',
  ]);
  expect(wrong({ secrets: { ...kept, missingKeys: ['2027'] } })).toEqual([
    'failed secrets: some are sealed with a key that is not there: 2027',
  ]);
  expect(wrong({ secrets: null })).toEqual([]);
});

test('GeoIP data is old from the day on which its alert fires', () => {
  const ofAge = (days: number) => wrong({ geoBuiltAt: new Date(now - days * day).toISOString() });
  expect(ofAge(oldAfterDays)).toEqual([]);
  expect(ofAge(oldAfterDays + 1)).toEqual([`warning GeoIP: ${oldAfterDays + 1} days old`]);
});

test('a clock that is off is warned of, but not that of an edge that was not heard', () => {
  expect(wrong({ edges: [fra, { ...fra, id: 'sin-1', clockOffsetMs: 61_000 }] })).toEqual([
    'warning edge sin-1 clock: it is 61 s ahead of the control plane',
  ]);
  expect(wrong({ edges: [{ ...fra, clockOffsetMs: -8_000 }] })).toEqual([
    'warning edge fra-1 clock: it is 8 s behind the control plane',
  ]);
  expect(wrong({ edges: [{ ...fra, clockOffsetMs: -8_000, heardAgoMs: 60_000 }] })).toEqual([]);
});

test('whoever speaks an older version is named', () => {
  expect(wrong({ protocol: 1, edges: [{ ...fra, protocol: 1 }] })).toEqual([
    'warning protocol: edge fra-1: behind version 2',
  ]);
});
