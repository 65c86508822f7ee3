import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Call, restCalls } from './rest.ts';

/** Calls to a server that answers everything in the same way: with a page, or what is given. */
async function callsTo(status: number, text = '<html></html>', headers = {}): Promise<Call> {
  const server = createServer((_, response) => response.writeHead(status, headers).end(text)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return restCalls({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

test('a proxy that answers in place of the server is told from nobody', async () => {
  const call = await callsTo(502);
  const error = await call('GET', '/v1/config').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'STATE_UNAVAILABLE', message: expect.stringContaining('502') });
  expect(error).not.toHaveProperty('cause', expect.anything());
});

test('a server that is another one is told of with a code', async () => {
  const call = await callsTo(200);
  await expect(call('GET', '/v1/config')).rejects.toMatchObject({ code: 'MALFORMED_MESSAGE', retryable: false });
});

test('a connection that breaks within an answer may come back', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{');
    setImmediate(() => response.destroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const call = restCalls({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await expect(call('GET', '/v1/config')).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
});

test('when to come again is told with the error', async () => {
  const error = { code: 'RATE_LIMITED', message: 'Wait.', retryable: true };
  const call = await callsTo(429, JSON.stringify({ error }), { 'retry-after': '7' });
  await expect(call('GET', '/v1/config')).rejects.toMatchObject({ ...error, retryAfterMs: 7_000 });
  const silent = await callsTo(429, JSON.stringify({ error }), { 'retry-after': 'Wed, 21 Oct 2037 07:28:00 GMT' });
  await expect(silent('GET', '/v1/config')).rejects.toMatchObject({ ...error, retryAfterMs: undefined });
});

test.each([
  [503, '{"message":"no healthy upstream"}', 'STATE_UNAVAILABLE', true],
  [502, '{"error":"bad gateway"}', 'STATE_UNAVAILABLE', true],
  [429, '{}', 'RATE_LIMITED', true],
  [404, 'null', 'NOT_FOUND', false],
  [400, '{"error":{"type":"invalid"}}', 'BAD_REQUEST', false],
])('what a proxy answers with %i and JSON of its own, %s, is %s', async (status, text, code, retryable) => {
  const call = await callsTo(status, text);
  await expect(call('GET', '/v1/config')).rejects.toMatchObject({ code, retryable });
});
