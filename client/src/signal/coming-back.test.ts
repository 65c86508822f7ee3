import { protocolVersion } from '@canopy/runtime/protocol';
import { expect, test } from 'vitest';
import { send } from '../testing/scripted-server.ts';
import { enter, next, welcome } from '../testing/signaling.ts';

test('who is too busy to say the first word in time says it on another socket', async () => {
  const late = { code: 'HELLO_EXPECTED', message: '', retryable: true };
  let resumes = 0;
  const { server, connection } = await enter((message, socket) => {
    if (message.resume === undefined || ++resumes > 1) return welcome(message);
    send(socket, { goodbye: { reason: late } });
    return 'silence';
  });
  server.latest()?.terminate();
  await next(connection, 'resumed');
  expect([connection.state, resumes]).toEqual(['connected', 2]);
});

test('a lost socket is replaced by another that resumes where the events were left', async () => {
  const { server, connection } = await enter(welcome);
  const resumed = next(connection, 'resumed');
  server.latest()?.terminate();
  expect((await resumed).resumeToken).toBe('second');
  expect(server.received.at(-1)?.resume).toEqual({
    protocol: protocolVersion,
    resumeToken: 'first',
    position: { generation: 'g', sequence: 7 },
    restartIce: false,
  });
});

test('each resume uses the token that the one before brought', async () => {
  let resumes = 0;
  const { server, connection } = await enter((message) =>
    message.resume ? { resumed: { events: [], resumeToken: `token-${++resumes}` } } : welcome(message),
  );
  for (let round = 0; round < 3; round++) {
    const resumed = next(connection, 'resumed');
    server.latest()?.terminate();
    await resumed;
  }
  const tokens = server.received.flatMap(({ resume }) => resume?.resumeToken ?? []);
  expect(tokens).toEqual(['first', 'token-1', 'token-2']);
});

test('keeps trying while the server drops every socket', async () => {
  let attempts = 0;
  const { server, connection } = await enter((message) =>
    message.resume && ++attempts < 4 ? 'drop' : welcome(message),
  );
  const resumed = next(connection, 'resumed');
  server.latest()?.terminate();
  await resumed;
  expect(attempts).toBe(4);
});

test('joins again when the session can no longer be resumed', async () => {
  const { server, connection } = await enter((message) =>
    message.resume ? { error: { code: 'RESUME_REFUSED', message: '', retryable: false } } : welcome(message),
  );
  const again = next(connection, 'joined');
  server.latest()?.terminate();
  expect((await again).participantId).toBe('p');
  expect(server.received.at(-1)?.join?.token).toBe('token');
});

test('who comes back to a meeting that was locked meanwhile is told so, and does not go on for ever', async () => {
  let joins = 0;
  const { server, connection } = await enter((message) => {
    if (message.resume) return { error: { code: 'RESUME_REFUSED', message: '', retryable: false } };
    if (message.join && ++joins > 1) return { error: { code: 'MEETING_LOCKED', message: '', retryable: true } };
    return welcome(message);
  });
  const ended = next(connection, 'ended');
  server.latest()?.terminate();
  expect((await ended).code).toBe('MEETING_LOCKED');
  expect(connection.state).toBe('closed');
});

test.each([
  ['SHUTTING_DOWN', true, 'resume'],
  ['EDGE_DRAINING', true, 'join'],
] as const)('after a goodbye with %s it comes back by %s', async (code, retryable, how) => {
  const { server, connection } = await enter(welcome);
  const back = next(connection, how === 'resume' ? 'resumed' : 'joined');
  const socket = server.latest();
  if (socket) send(socket, { goodbye: { reason: { code, message: '', retryable } } });
  await back;
  expect(server.received.at(-1)?.[how]).toBeDefined();
});

test('a changed network doesn’t wait for the old socket to time out', async () => {
  const { server, connection } = await enter(welcome, { backoff: { initialMs: 60_000, maxMs: 60_000 } });
  const resumed = next(connection, 'resumed');
  server.latest()?.terminate();
  await next(connection, 'stateChanged');
  connection.reconnectNow();
  await resumed;
});
