import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { LightSocket } from './light-socket.ts';
import { Refused, Unreached } from './subject.ts';

/** A server that takes everybody, and its address. */
async function serve(greet: (socket: WebSocket) => void = () => {}) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', greet);
  onTestFinished(() => server.close());
  await once(server, 'listening');
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

test('it hears messages of every length, however they are cut, also one that came with the handshake', async () => {
  const long = ['a'.repeat(125), 'b'.repeat(126), 'c'.repeat(65_535), 'd'.repeat(200_000), 'e'];
  const { url } = await serve((socket) => {
    for (const text of ['first', ...long]) socket.send(text);
  });
  const socket = await LightSocket.open(url);
  const all = new Promise<string[]>((resolve) => {
    const messages: string[] = [];
    socket.on('message', (message) => {
      messages.push(message.toString());
      if (messages.length > long.length) resolve(messages);
    });
  });
  expect(await all).toEqual(['first', ...long]);
  socket.terminate();
});

test('it is heard, answers pings, and hears when it is closed', async () => {
  const { server, url } = await serve((socket) =>
    socket.on('message', (data: Buffer) => socket.send(`heard ${data.toString()}`)),
  );
  const socket = await LightSocket.open(url);
  const texts = ['short', 'x'.repeat(126), 'y'.repeat(40_000)];
  for (const text of texts) {
    const answer = once(socket, 'message');
    socket.send(text);
    expect(String((await answer)[0])).toBe(`heard ${text}`);
  }
  const [other] = server.clients;
  const pong = other && once(other, 'pong');
  other?.ping('there?');
  expect(String((await pong)?.[0])).toBe('there?');
  const closed = once(socket, 'close');
  other?.close();
  await closed;
});

test('it tells whether it was refused or reached nobody', async () => {
  const refusing = createServer((_request, response) => response.writeHead(503, { 'retry-after': '7' }).end());
  refusing.listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const { port } = refusing.address() as AddressInfo;
  const error = await LightSocket.open(`ws://127.0.0.1:${port}/`).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).retryAfterMs).toBe(7_000);
  refusing.close();
  await once(refusing, 'close');
  await expect(LightSocket.open(`ws://127.0.0.1:${port}/`)).rejects.toThrow(Unreached);
});
