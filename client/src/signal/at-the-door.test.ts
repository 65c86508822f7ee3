import { expect, test } from 'vitest';
import { send } from '../testing/scripted-server.ts';
import { connect, enter, hello, ignore, joined, next, serve, welcome } from '../testing/signaling.ts';

const mayWait = {
  waiting: { title: 'Interview', reason: 'WAITING_REASON_LOBBY', text: '', answersPings: true },
} as const;

test('who waits at the door and loses the connection asks again by itself', async () => {
  const server = await serve((message, socket) => {
    if (server.sockets.length > 2) return welcome(message);
    send(socket, { waiting: { title: 'Interview', reason: 'WAITING_REASON_LOBBY', text: '' } });
    return 'silence';
  });
  const connection = connect(server.url);
  connection.events.on('waiting', () => server.latest()?.terminate());
  await connection.join(hello, ignore);
  expect(server.received.map(({ join }) => join?.token)).toEqual(['token', 'token', 'token']);
});

test('who waits at the door notices that nobody answers any more, and asks again', async () => {
  const server = await serve((message, socket) => {
    if (server.sockets.length > 1) return welcome(message);
    if (message.join) send(socket, mayWait);
    return 'silence';
  });
  const connection = connect(server.url, { pingPeriodMs: 30, pingTimeoutMs: 60 });
  await connection.join(hello, ignore);
  expect(server.received.filter(({ join }) => join)).toHaveLength(2);
});

test('who waits at the door of a server that answers goes on waiting', async () => {
  const pings: number[] = [];
  const { server, connection } = await enter(
    (message, socket) => {
      if (message.join) {
        send(socket, mayWait);
        return 'silence';
      }
      pings.push(message.id);
      if (pings.length === 3) send(socket, { reply: { id: 1, joined: joined() } });
      return { done: {} };
    },
    { pingPeriodMs: 10, pingTimeoutMs: 5_000 },
  );
  expect([server.sockets.length, connection.state]).toEqual([1, 'connected']);
});

test('who was in the meeting is not told of the door when they come back to it', async () => {
  let joins = 0;
  const server = await serve((message, socket) => {
    if (message.resume) return { error: { code: 'RESUME_REFUSED', message: '', retryable: false } };
    if (!message.join || ++joins === 1) return welcome(message);
    send(socket, mayWait);
    return joins === 2 ? 'drop' : { joined: joined('again') };
  });
  const connection = connect(server.url);
  let waited = 0;
  connection.events.on('waiting', () => {
    waited += 1;
  });
  await connection.join(hello, ignore);
  server.latest()?.terminate();
  await next(connection, 'joined');
  expect([joins, waited]).toEqual([3, 0]);
});
