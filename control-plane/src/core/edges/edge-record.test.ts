import { EdgeHeartbeat } from '@canopy/proto/bus';
import { expect, test } from 'vitest';
import { measuringUrl } from './edge-record.ts';

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
