import { protocolVersion } from '@canopy/runtime/protocol';
import { expect, test } from 'vitest';
import { connect, hello, ignore, joined, serve, welcome } from '../testing/signaling.ts';

test('a socket opened ahead is the one that the first join goes over', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  connection.callAhead();
  await expect.poll(() => server.sockets.length).toBe(1);
  await connection.join(hello, ignore);
  expect([connection.state, server.sockets.length]).toEqual(['connected', 1]);
});

test('a socket opened ahead that the server closed meanwhile is replaced by another', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  connection.callAhead();
  await expect.poll(() => server.sockets.length).toBe(1);
  const [first] = server.sockets;
  first?.close(4408);
  await expect.poll(() => first?.readyState).toBe(WebSocket.CLOSED);
  await connection.join(hello, ignore);
  expect([connection.state, server.sockets.length]).toEqual(['connected', 2]);
});

test('a socket opened ahead for nothing is closed with the connection', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  connection.callAhead();
  await expect.poll(() => server.sockets.length).toBe(1);
  connection.close();
  await expect.poll(() => server.latest()?.readyState).toBe(WebSocket.CLOSED);
});

test('a refused first join is the caller’s to judge: nothing is tried again', async () => {
  const server = await serve(() => ({ error: { code: 'NO_EDGE_AVAILABLE', message: '', retryable: true } }));
  const connection = connect(server.url);
  await expect(connection.join(hello, ignore)).rejects.toMatchObject({ code: 'NO_EDGE_AVAILABLE', retryable: true });
  expect(connection.state).toBe('closed');
  expect(server.sockets).toHaveLength(1);
});

test('a first join that meets a trouble of the service is tried again with patience, and says so', async () => {
  let attempts = 0;
  const server = await serve((message) =>
    message.join && ++attempts < 3
      ? { error: { code: 'NO_EDGE_AVAILABLE', message: '', retryable: true } }
      : welcome(message),
  );
  const connection = connect(server.url, { joinPatienceMs: 60_000, timeoutMs: 30_000 });
  const reasons: string[] = [];
  connection.events.on('retrying', ({ code }) => reasons.push(code));
  await connection.join(hello, ignore);
  expect(reasons).toEqual(['NO_EDGE_AVAILABLE', 'NO_EDGE_AVAILABLE']);
  expect(connection.state).toBe('connected');
});

test('who is told when to come again comes then, however long that is', async () => {
  let attempts = 0;
  const error = { code: 'BUSY', message: '', retryable: true, retryAfterMs: 120 };
  const server = await serve((message) => (message.join && ++attempts < 3 ? { error } : welcome(message)));
  const connection = connect(server.url, { joinPatienceMs: 1 });
  const startedAt = performance.now();
  await connection.join(hello, ignore);
  expect(attempts).toBe(3);
  expect(performance.now() - startedAt).toBeGreaterThan(200);
});

test('patience does not open a door that people keep closed', async () => {
  const server = await serve(() => ({ error: { code: 'MEETING_FULL', message: '', retryable: true } }));
  const connection = connect(server.url, { joinPatienceMs: 10_000 });
  await expect(connection.join(hello, ignore)).rejects.toMatchObject({ code: 'MEETING_FULL' });
  expect(server.sockets).toHaveLength(1);
});

test('patience ends when the caller gives up', async () => {
  const server = await serve(() => 'drop');
  const connection = connect(server.url, { joinPatienceMs: 60_000 });
  connection.events.on('retrying', () => connection.close());
  await expect(connection.join(hello, ignore)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  expect(server.sockets).toHaveLength(1);
});

test('a server that is too many versions away is left, whoever of the two is older', async () => {
  const server = await serve((message) =>
    message.join ? { joined: { ...joined(), protocol: protocolVersion + 2 } } : welcome(message),
  );
  await expect(connect(server.url).join(hello, ignore)).rejects.toMatchObject({
    code: 'PROTOCOL_MISMATCH',
    retryable: false,
  });
  expect(server.received[0]?.join?.protocol).toBe(protocolVersion);
});

test('a server that is not there gives a retryable error', async () => {
  const connection = connect('ws://127.0.0.1:1/v1/signal');
  await expect(connection.join(hello, ignore)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
});
