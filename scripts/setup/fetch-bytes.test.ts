import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fetchBytes } from './fetch-bytes.mjs';

const patience = { answerMs: 20_000, totalMs: 20_000 };
const content = Buffer.from([0, 255, 13, 10]);

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy behind which every host is the one that serves `content`. Returns its URL. */
async function proxyToContent(): Promise<string> {
  const origin = createServer(({ url }, response) => {
    response.statusCode = url?.endsWith('worker.tgz') ? 200 : 404;
    response.end(content);
  });
  const port = await listening(origin);
  const proxy = createServer((request, response) => void origin.emit('request', request, response));
  proxy.on('connect', (_request, client) => {
    const upstream = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 Connected\r\n\r\n'));
    client.on('error', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  return `http://127.0.0.1:${await listening(proxy)}`;
}

test('downloads go through the proxy of the environment, and what goes wrong there is told', async () => {
  const env = { PATH: process.env.PATH, HTTP_PROXY: await proxyToContent() };
  expect(await fetchBytes('http://releases.invalid/worker.tgz', patience, env)).toEqual(content);
  await expect(fetchBytes('http://releases.invalid/nothing', patience, env)).rejects.toThrow('the server answered 404');
});

test('a host that NO_PROXY names is asked without it', async () => {
  const env = { PATH: process.env.PATH, HTTP_PROXY: await proxyToContent(), NO_PROXY: '127.0.0.1' };
  const nobody = createServer();
  const port = await listening(nobody);
  nobody.close();
  await expect(fetchBytes(`http://127.0.0.1:${port}/worker.tgz`, patience, env)).rejects.toThrow(/ECONNREFUSED/);
});
