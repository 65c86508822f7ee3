import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Call, restCalls } from './rest.ts';

/** Calls to a server that answers everything with a page. */
async function callsToPages(status: number): Promise<Call> {
  const server = createServer((_, response) => response.writeHead(status).end('<html></html>')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return restCalls({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

test('a proxy that answers in place of the server is told from nobody', async () => {
  const call = await callsToPages(502);
  const error = await call('GET', '/v1/config').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'STATE_UNAVAILABLE', message: expect.stringContaining('502') });
  expect(error).not.toHaveProperty('cause', expect.anything());
});

test('a server that is another one is told of with a code', async () => {
  const call = await callsToPages(200);
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
