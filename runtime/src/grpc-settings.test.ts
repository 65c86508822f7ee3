import { expect, test } from 'vitest';
import { tlsFilesOf } from './grpc-settings.ts';

const files = { caFile: '/ca.pem', certFile: '/edge.pem', keyFile: '/edge.key' };
const none = { caFile: undefined, certFile: undefined, keyFile: undefined };
const mayBeReached = ['0.0.0.0', '[::]', '::', '10.0.0.7', 'edge', '127.example.org', '[2001:db8::1]'];

test.each(mayBeReached)('nobody listens on %s without TLS, and who tries is told what to do', (host) => {
  expect(() => tlsFilesOf('EDGE', { host, ...none, insecure: false })).toThrow(
    `cannot start: whoever reaches EDGE_GRPC_LISTEN (${host}) could give commands, since there is no TLS: set EDGE_TLS_CA_FILE, EDGE_TLS_CERT_FILE and EDGE_TLS_KEY_FILE, or listen on 127.0.0.1, or allow it with EDGE_GRPC_INSECURE=true`,
  );
  expect(tlsFilesOf('EDGE', { host, ...files, insecure: false })).toEqual(files);
  expect(tlsFilesOf('EDGE', { host, ...none, insecure: true })).toBeUndefined();
});

test.each(['127.0.0.1', '127.0.3.1', 'localhost', '::1', '[::1]'])('on %s there may be none', (host) => {
  expect(tlsFilesOf('CONTROL', { host, ...none, insecure: false })).toBeUndefined();
});

test('a file that is alone is a mistake, whatever is allowed', () => {
  const alone = { host: '127.0.0.1', ...none, caFile: '/ca.pem', insecure: true };
  expect(() => tlsFilesOf('CONTROL', alone)).toThrow(
    'CONTROL_TLS_CA_FILE, CONTROL_TLS_CERT_FILE and CONTROL_TLS_KEY_FILE belong together',
  );
});
