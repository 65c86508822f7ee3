import { EdgeHeartbeat, WorkerLoad } from '@canopy/proto/bus';
import { expect, test } from 'vitest';
import { afterHeartbeat, type EdgeRecord, measuringUrl, mediaDoors } from './edge-record.ts';
import { neverQuarantined, type Quarantine } from './quarantine.ts';

const urlOf = (given: Partial<EdgeHeartbeat>) => measuringUrl(EdgeHeartbeat.fromPartial(given));

test('browsers are sent to the URL an edge names, or else to its plain HTTP', () => {
  const httpAddress = '10.0.0.7:9000';
  expect(urlOf({ httpAddress })).toBe('http://10.0.0.7:9000/healthz');
  expect(urlOf({ httpAddress, measuringUrl: 'https://fra.example/ping' })).toBe('https://fra.example/ping');
  expect(urlOf({})).toBeUndefined();
});

test('what could say more than a place in a header is no URL', () => {
  for (const url of ["https://a 'unsafe-inline'/ping", 'https://a;b/ping', 'javascript:alert(1)', 'https://a/ping?x=1'])
    expect(urlOf({ measuringUrl: url })).toBeUndefined();
});

test('an edge says at which ports its workers are reached, or nothing of them', () => {
  const doorsOf = (given: Partial<EdgeHeartbeat>) => mediaDoors(EdgeHeartbeat.fromPartial(given));
  const workers = [44_300, undefined, 44_302].map((mediaPort, index) => WorkerLoad.fromPartial({ index, mediaPort }));
  expect(doorsOf({ mediaHost: '203.0.113.7', workers })).toEqual({ address: '203.0.113.7', ports: [44_300, 44_302] });
  expect(doorsOf({ workers })).toBeUndefined();
  expect(doorsOf({ mediaHost: '203.0.113.7', workers: workers.slice(1, 2) })).toBeUndefined();
});

test('what was seen of an edge before it was gone does not count against it, but a quarantine goes on', () => {
  const thresholds = { overloadThreshold: 0.8, recoveryThreshold: 0.6 };
  const heartbeat = (bootId: string) => EdgeHeartbeat.fromPartial({ edgeId: 'fra', bootId });
  const quarantineOf = (before: Partial<EdgeRecord>, bootId: string) => {
    const { record } = afterHeartbeat(undefined, heartbeat('first'), thresholds, 0);
    return afterHeartbeat({ ...record, ...before }, heartbeat(bootId), thresholds, 5_000).record.quarantine;
  };
  const since = { state: 'clear', since: 5_000 };
  expect(quarantineOf({}, 'first')).toBe(neverQuarantined);
  expect(quarantineOf({}, 'second')).toEqual(since);
  expect(quarantineOf({ status: 'dead' }, 'first')).toEqual(since);
  expect(quarantineOf({ status: 'silent' }, 'first')).toBe(neverQuarantined);
  const reason = {
    rule: 'neighbours',
    participants: 0,
    networks: 0,
    failedShare: 0,
    deafNeighbours: 2,
    neighbours: 2,
  } as const;
  const quarantine: Quarantine = { state: 'quarantined', since: 1, until: 9_000, failedTrials: 0, reason };
  expect(quarantineOf({ quarantine }, 'second')).toBe(quarantine);
});
