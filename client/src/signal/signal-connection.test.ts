import type { MeetingEvent, Migrate } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { send } from '../testing/scripted-server.ts';
import { connect, enter, hello, joined, next, serve, welcome } from '../testing/signaling.ts';

function event(sequence: number): MeetingEvent {
  return { position: { generation: 'g', sequence }, meetingEnded: {} };
}

test('joins with one request and gives requests their replies', async () => {
  const { server, connection } = await enter(welcome);
  expect(connection.state).toBe('connected');
  expect((await connection.request({ ping: {} })).done).toBeDefined();
  // The second asks how long answers take.
  expect(server.received.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('rejects a request with the code of the server', async () => {
  const { connection } = await enter((message) =>
    message.publish
      ? { error: { code: 'TRACK_LIMIT_REACHED', message: 'no more', retryable: false } }
      : welcome(message),
  );
  const request = connection.request({
    publish: { kind: 'TRACK_KIND_VIDEO', source: 'TRACK_SOURCE_CAMERA', muted: false, trackId: '' },
  });
  await expect(request).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED', message: 'no more' });
});

test('a request that nobody answers times out, and the connection lives on', async () => {
  const { connection } = await enter((message) => (message.restartIce ? 'silence' : welcome(message)), {
    timeoutMs: 1_000,
  });
  await expect(connection.request({ restartIce: {} })).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(connection.state).toBe('connected');
});

test('requests under way when the socket is lost fail with a retryable error', async () => {
  const { connection } = await enter((message) => (message.getTrackPath ? 'drop' : welcome(message)));
  await expect(connection.request({ getTrackPath: { trackId: 't' } })).rejects.toMatchObject({ retryable: true });
  await next(connection, 'resumed');
});

test('events reach listeners after the welcome they build on, in order', async () => {
  const server = await serve((message, socket) => {
    if (!message.join) return { done: {} };
    // All at once, so that the client finds them in one read.
    send(socket, { event: event(1) });
    setImmediate(() => {
      send(socket, { event: event(2) });
      send(socket, { event: event(3) });
    });
    return { joined: joined() };
  });
  const heard: (string | number | undefined)[] = [];
  const connection = connect(server.url);
  const third = new Promise<void>((resolve) => {
    connection.events.on('pushed', (push) => {
      const sequence = 'event' in push ? push.event.position?.sequence : undefined;
      heard.push(sequence);
      if (sequence === 3) resolve();
    });
  });
  await connection.join(hello, () => heard.push('joined'));
  await third;
  expect(heard).toEqual(['joined', 1, 2, 3]);
});

test('a move to another edge is passed on', async () => {
  const { server, connection } = await enter(welcome);
  const pushed = next(connection, 'pushed');
  const socket = server.latest();
  const migrate: Migrate = { edge: { id: 'e2', region: 'r' }, consumers: [], reason: 'MIGRATE_REASON_EDGE_DRAINING' };
  if (socket) send(socket, { migrate });
  expect(await pushed).toMatchObject({ migrate });
});

test('a goodbye for good ends the connection with its reason', async () => {
  const { server, connection } = await enter(welcome);
  const ended = next(connection, 'ended');
  const socket = server.latest();
  if (socket) send(socket, { goodbye: { reason: { code: 'REPLACED', message: '', retryable: false } } });
  expect((await ended).code).toBe('REPLACED');
  expect(connection.state).toBe('closed');
  expect(server.sockets).toHaveLength(1);
});

test('a close code says as much as a goodbye', async () => {
  const { server, connection } = await enter(welcome);
  const ended = next(connection, 'ended');
  server.latest()?.close(4411);
  expect((await ended).code).toBe('MEETING_ENDED');
});

test('leaving says so and doesn’t come back', async () => {
  const { server, connection } = await enter(welcome);
  await connection.leave();
  expect(server.received.at(-1)?.leave).toBeDefined();
  expect(connection.state).toBe('closed');
});
