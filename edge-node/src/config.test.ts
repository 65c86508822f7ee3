import { expect, test } from 'vitest';
import { readEnvironment, toConfig } from './config.ts';

const least = { EDGE_ID: 'fra-1', EDGE_REGION: 'eu-central-1' };

function configOf(env: Record<string, string>) {
  return toConfig(readEnvironment({ ...least, ...env }), 8);
}

test('an id and a region are enough', () => {
  expect(configOf({})).toMatchObject({
    edgeId: 'fra-1',
    region: 'eu-central-1',
    workers: 8,
    links: { lingerMs: 5_000, speakers: 5 },
    grpcListen: { host: '127.0.0.1', port: 0 },
    tls: undefined,
  });
});

test('segments are written on a disk before they go to a store', () => {
  const env = { EDGE_RECORDING_STORE: 's3://acme/video' };
  expect(() => configOf(env)).toThrow('EDGE_RECORDING_DIR');
  expect(configOf({ ...env, EDGE_RECORDING_DIR: '/var/spool' }).recording).toMatchObject({
    dir: '/var/spool',
    store: { bucket: 'acme', prefix: 'video/' },
  });
});

test('as many tracks are recorded as the machine carries, or as is said', () => {
  const env = { EDGE_RECORDING_DIR: '/var/spool' };
  expect(configOf(env).recording?.mostTracks).toBe(400);
  expect(configOf({ ...env, EDGE_RECORDING_TRACKS: '30' }).recording?.mostTracks).toBe(30);
});

test('addresses and lists are taken apart', () => {
  expect(
    configOf({
      EDGE_GRPC_LISTEN: '[::1]:7000',
      EDGE_GRPC_ADVERTISED: 'fra.example:7000',
      EDGE_CONTROL_PLANES: 'a:1, b:2',
    }),
  ).toMatchObject({
    grpcListen: { host: '[::1]', port: 7_000 },
    grpcAdvertised: { host: 'fra.example', port: 7_000 },
    controlPlanes: ['a:1', 'b:2'],
  });
});

test('an edge that others reach has certificates, unless it is allowed to go without', () => {
  const reached = { EDGE_GRPC_LISTEN: '0.0.0.0:7000' };
  expect(() => configOf(reached)).toThrow('EDGE_GRPC_INSECURE=true');
  expect(configOf({ ...reached, EDGE_GRPC_INSECURE: 'true' }).tls).toBeUndefined();
  const files = { EDGE_TLS_CA_FILE: '/ca.pem', EDGE_TLS_CERT_FILE: '/edge.pem', EDGE_TLS_KEY_FILE: '/edge.key' };
  expect(configOf({ ...reached, ...files }).tls).toEqual({
    caFile: '/ca.pem',
    certFile: '/edge.pem',
    keyFile: '/edge.key',
  });
});

test('edges probe each other only where they share a key', () => {
  expect(configOf({}).probing).toBeUndefined();
  const key = 'a secret of some length';
  expect(configOf({ EDGE_PROBE_KEY: key }).probing).toEqual({ key, port: 0 });
});

test('browsers measure where a listener for them is, over HTTPS where it has a certificate', () => {
  expect(configOf({}).public).toBeUndefined();
  const listen = { EDGE_PUBLIC_LISTEN: '0.0.0.0:443', EDGE_PUBLIC_URL: 'https://fra.example' };
  const files = { EDGE_PUBLIC_TLS_CERT_FILE: '/cert.pem', EDGE_PUBLIC_TLS_KEY_FILE: '/key.pem' };
  expect(configOf({ ...listen, ...files }).public).toEqual({
    listen: { host: '0.0.0.0', port: 443 },
    url: 'https://fra.example',
    tls: { certFile: '/cert.pem', keyFile: '/key.pem' },
  });
});

test('a TURN server beside it has URLs and a secret', () => {
  expect(configOf({}).turn).toBeUndefined();
  const urls = [
    'turn:203.0.113.7?transport=udp',
    'turn:[2001:db8::7]:3478',
    'turns:turn.example.org:443?transport=tcp',
  ];
  const secret = 'a secret of some length';
  expect(configOf({ EDGE_TURN_URLS: urls.join(', '), EDGE_TURN_SECRET: secret }).turn).toEqual({ urls, secret });
  const secretFile = '/secrets/turn';
  expect(configOf({ EDGE_TURN_URLS: urls.join(), EDGE_TURN_SECRET_FILE: secretFile }).turn).toEqual({
    urls,
    secretFile,
  });
});

test.each<[string, Record<string, string>]>([
  ['EDGE_WORKER: unknown setting', { EDGE_WORKER: '2' }],
  ['EDGE_WORKERS', { EDGE_WORKERS: 'many' }],
  ['EDGE_ID', { EDGE_ID: 'a.b' }],
  ['EDGE_GRPC_LISTEN', { EDGE_GRPC_LISTEN: '7000' }],
  ['EDGE_LINK_MIN_PORT is above', { EDGE_LINK_MIN_PORT: '5000', EDGE_LINK_MAX_PORT: '4000' }],
  ['belong together', { EDGE_TURN_URLS: 'turn:203.0.113.7' }],
  ['belong together', { EDGE_TURN_SECRET: 'a secret of some length' }],
  ['belong together', { EDGE_TURN_SECRET_FILE: '/secrets/turn' }],
  [
    'either EDGE_TURN_SECRET or',
    { EDGE_TURN_URLS: 'turn:a', EDGE_TURN_SECRET: 'a secret of some length', EDGE_TURN_SECRET_FILE: '/secrets/turn' },
  ],
  ['EDGE_TURN_SECRET', { EDGE_TURN_URLS: 'turn:203.0.113.7', EDGE_TURN_SECRET: 'short' }],
  ['EDGE_TURN_URLS.0: must be turn:', { EDGE_TURN_URLS: 'https://turn.example.org' }],
  ['EDGE_TURN_URLS.1: turns: goes over TCP', { EDGE_TURN_URLS: 'turn:a, turns:a?transport=udp' }],
  ['EDGE_LINK_SPEAKERS', { EDGE_LINK_SPEAKERS: '0' }],
  ['EDGE_TURN_URLS', { EDGE_TURN_URLS: Array.from({ length: 9 }, (_, index) => `turn:t${index}`).join() }],
  ['EDGE_PROBE_KEY', { EDGE_PROBE_KEY: 'short' }],
  ['EDGE_PUBLIC_LISTEN', { EDGE_PUBLIC_URL: 'https://fra.example' }],
  ['belong together', { EDGE_PUBLIC_LISTEN: 'a:1', EDGE_PUBLIC_TLS_KEY_FILE: '/key.pem' }],
  ['belong together', { EDGE_TLS_CA_FILE: '/ca.pem' }],
])('a mistake stops the start and is named: %s', (message, env) => {
  expect(() => configOf(env)).toThrow(message);
});
