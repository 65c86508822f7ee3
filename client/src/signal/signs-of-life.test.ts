import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { send } from '../testing/scripted-server.ts';
import { connect, enter, hello, ignore, next, serve, welcome } from '../testing/signaling.ts';

test('a server that falls silent is given up, and another socket resumes', async () => {
  let pings = 0;
  const { connection } = await enter(
    (message) => {
      if (!message.ping) return welcome(message);
      pings++;
      return 'silence';
    },
    { pingPeriodMs: 30, pingTimeoutMs: 60 },
  );
  await next(connection, 'resumed');
  expect(pings).toBeGreaterThan(0);
});

test('an answer that is too late for who asked still says how long answers take', async () => {
  let asked = 0;
  const server = await serve((message, socket) => {
    if (!message.ping) return welcome(message);
    // Not that of the connection itself.
    if (++asked === 1) return 'silence';
    setTimeout(() => send(socket, { reply: { id: message.id, done: {} } }), 300);
    return 'silence';
  });
  const connection = connect(server.url);
  expect(connection.roundTripMs).toBe(Number.POSITIVE_INFINITY);
  await connection.join(hello, ignore);
  expect(connection.roundTripMs).not.toBe(Number.POSITIVE_INFINITY);
  await expect(connection.ask(50)).rejects.toMatchObject({ code: 'TIMEOUT' });
  await expect.poll(() => connection.roundTripMs).toBeGreaterThan(250);
});

test('a socket that opens while the other one is silent is proof that this one is dead, and goes on in its place', async () => {
  let asked = 0;
  const { server, connection } = await enter((message) => (message.ping && ++asked > 1 ? 'silence' : welcome(message)));
  // After the first sign of life, and long before the time that the answer may take.
  await connection.request({ restartIce: {} });
  let late = 0;
  const onLate = () => {
    late += 1;
  };
  await expect(connection.ask(60_000, { rival: true, onLate })).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect([server.sockets.length, late]).toEqual([2, 1]);
  const resumed = next(connection, 'resumed');
  connection.reconnectNow();
  await resumed;
  expect(server.sockets).toHaveLength(2);
});

test('whatever comes while the answer is late is a sign of life', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const { connection } = await enter(
    (message, socket) => {
      if (!message.ping) return welcome(message);
      if (++asked > 1) send(socket, { counts: { attendeeCount: 1 } });
      return 'silence';
    },
    { clock },
  );
  const heard = next(connection, 'pushed');
  const asking = connection.ask(100);
  await heard;
  clock.advance(100);
  await expect(asking).resolves.toBeUndefined();
});

test('who only listens learns from the signs of life how long answers take', async () => {
  const { connection } = await enter(
    (message, socket) => {
      if (!message.ping) return welcome(message);
      setTimeout(() => send(socket, { reply: { id: message.id, done: {} } }), 300);
      return 'silence';
    },
    { pingPeriodMs: 30 },
  );
  await expect.poll(() => connection.roundTripMs).toBeGreaterThan(250);
});

test('a clock that is set back during an answer says nothing of how long answers take', async () => {
  const clock = new VirtualClock();
  const { connection } = await enter(
    (message) => {
      if (message.ping) clock.set(-3_600_000);
      else clock.advance(200);
      return welcome(message);
    },
    { clock },
  );
  await connection.ask(1_000);
  expect(connection.roundTripMs).toBe(200);
});
