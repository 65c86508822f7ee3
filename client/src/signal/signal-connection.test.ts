import type { ClientMessage, Joined, MeetingEvent, Migrate } from '@canopy/proto/signal';
import { protocolVersion } from '@canopy/runtime/protocol';
import { afterEach, expect, test } from 'vitest';
import { type Answer, type Script, ScriptedServer, send } from '../testing/scripted-server.ts';
import { SetClock } from '../testing/set-clock.ts';
import { SignalConnection, type SignalConnectionOptions, type SignalEvents } from './signal-connection.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  cleanups.push(() => server[Symbol.dispose]());
  return server;
}

function connect(url: string, options: Partial<SignalConnectionOptions> = {}) {
  const connection = new SignalConnection({
    url,
    resumeFrom: () => ({ position: { generation: 'g', sequence: 7 }, restartIce: false }),
    random: () => 0.1,
    backoff: { initialMs: 20, maxMs: 100 },
    timeoutMs: 5_000,
    ...options,
  });
  cleanups.push(() => connection.leave());
  return connection;
}

const ignore = () => {};
const hello = { token: 'token', rtts: [] };

/** Resolves with the next fact of that name. */
function next<Name extends keyof SignalEvents>(connection: SignalConnection, name: Name): Promise<SignalEvents[Name]> {
  return new Promise((resolve) => {
    const stop = connection.events.on(name, (fact) => {
      stop();
      resolve(fact);
    });
  });
}

function joined(resumeToken = 'first'): Joined {
  return { participantId: 'p', role: 'ROLE_HOST', resumeToken, consumers: [] };
}

function event(sequence: number): MeetingEvent {
  return { position: { generation: 'g', sequence }, meetingEnded: {} };
}

const welcome = (message: ClientMessage): Answer => {
  if (message.join) return { joined: joined() };
  if (message.resume) return { resumed: { events: [], resumeToken: 'second' } };
  return { done: {} };
};

test('joins with one request and gives requests their replies', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  expect(connection.state).toBe('connected');
  expect((await connection.request({ ping: {} })).done).toBeDefined();
  // The second asks how long answers take.
  expect(server.received.map(({ id }) => id)).toEqual([1, 2, 3]);
});

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

test('rejects a request with the code of the server', async () => {
  const server = await serve((message) =>
    message.publish
      ? { error: { code: 'TRACK_LIMIT_REACHED', message: 'no more', retryable: false } }
      : welcome(message),
  );
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const request = connection.request({
    publish: { kind: 'TRACK_KIND_VIDEO', source: 'TRACK_SOURCE_CAMERA', muted: false, trackId: '' },
  });
  await expect(request).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED', message: 'no more' });
});

test('who is too busy to say the first word in time says it on another socket', async () => {
  const late = { code: 'HELLO_EXPECTED', message: '', retryable: true };
  let resumes = 0;
  const server = await serve((message, socket) => {
    if (message.resume === undefined || ++resumes > 1) return welcome(message);
    send(socket, { goodbye: { reason: late } });
    return 'silence';
  });
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  server.latest()?.terminate();
  await next(connection, 'resumed');
  expect([connection.state, resumes]).toEqual(['connected', 2]);
});

test('a request that nobody answers times out, and the connection lives on', async () => {
  const server = await serve((message) => (message.restartIce ? 'silence' : welcome(message)));
  const connection = connect(server.url, { timeoutMs: 1_000 });
  await connection.join(hello, ignore);
  await expect(connection.request({ restartIce: {} })).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(connection.state).toBe('connected');
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

const mayWait = {
  waiting: { title: 'Interview', reason: 'WAITING_REASON_LOBBY', text: '', answersPings: true },
} as const;

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
  const server = await serve((message, socket) => {
    if (message.join) {
      send(socket, mayWait);
      return 'silence';
    }
    pings.push(message.id);
    if (pings.length === 3) send(socket, { reply: { id: 1, joined: joined() } });
    return { done: {} };
  });
  const connection = connect(server.url, { pingPeriodMs: 10, pingTimeoutMs: 5_000 });
  await connection.join(hello, ignore);
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

test('a lost socket is replaced by another that resumes where the events were left', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
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
  const server = await serve((message) =>
    message.resume ? { resumed: { events: [], resumeToken: `token-${++resumes}` } } : welcome(message),
  );
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  for (let round = 0; round < 3; round++) {
    const resumed = next(connection, 'resumed');
    server.latest()?.terminate();
    await resumed;
  }
  const tokens = server.received.flatMap(({ resume }) => resume?.resumeToken ?? []);
  expect(tokens).toEqual(['first', 'token-1', 'token-2']);
});

test('requests under way when the socket is lost fail with a retryable error', async () => {
  const server = await serve((message) => (message.getTrackPath ? 'drop' : welcome(message)));
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  await expect(connection.request({ getTrackPath: { trackId: 't' } })).rejects.toMatchObject({ retryable: true });
  await next(connection, 'resumed');
});

test('keeps trying while the server drops every socket', async () => {
  let attempts = 0;
  const server = await serve((message) => (message.resume && ++attempts < 4 ? 'drop' : welcome(message)));
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const resumed = next(connection, 'resumed');
  server.latest()?.terminate();
  await resumed;
  expect(attempts).toBe(4);
});

test('joins again when the session can no longer be resumed', async () => {
  const server = await serve((message) =>
    message.resume ? { error: { code: 'RESUME_REFUSED', message: '', retryable: false } } : welcome(message),
  );
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const again = next(connection, 'joined');
  server.latest()?.terminate();
  expect((await again).participantId).toBe('p');
  expect(server.received.at(-1)?.join?.token).toBe('token');
});

test('who comes back to a meeting that was locked meanwhile is told so, and does not go on for ever', async () => {
  let joins = 0;
  const server = await serve((message) => {
    if (message.resume) return { error: { code: 'RESUME_REFUSED', message: '', retryable: false } };
    if (message.join && ++joins > 1) return { error: { code: 'MEETING_LOCKED', message: '', retryable: true } };
    return welcome(message);
  });
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const ended = next(connection, 'ended');
  server.latest()?.terminate();
  expect((await ended).code).toBe('MEETING_LOCKED');
  expect(connection.state).toBe('closed');
});

test.each([
  ['SHUTTING_DOWN', true, 'resume'],
  ['EDGE_DRAINING', true, 'join'],
] as const)('after a goodbye with %s it comes back by %s', async (code, retryable, how) => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const back = next(connection, how === 'resume' ? 'resumed' : 'joined');
  const socket = server.latest();
  if (socket) send(socket, { goodbye: { reason: { code, message: '', retryable } } });
  await back;
  expect(server.received.at(-1)?.[how]).toBeDefined();
});

test('a goodbye for good ends the connection with its reason', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const ended = next(connection, 'ended');
  const socket = server.latest();
  if (socket) send(socket, { goodbye: { reason: { code: 'REPLACED', message: '', retryable: false } } });
  expect((await ended).code).toBe('REPLACED');
  expect(connection.state).toBe('closed');
  expect(server.sockets).toHaveLength(1);
});

test('a close code says as much as a goodbye', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const ended = next(connection, 'ended');
  server.latest()?.close(4411);
  expect((await ended).code).toBe('MEETING_ENDED');
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
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  const pushed = next(connection, 'pushed');
  const socket = server.latest();
  const migrate: Migrate = { edge: { id: 'e2', region: 'r' }, consumers: [], reason: 'MIGRATE_REASON_EDGE_DRAINING' };
  if (socket) send(socket, { migrate });
  expect(await pushed).toMatchObject({ migrate });
});

test('a changed network doesn’t wait for the old socket to time out', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url, { backoff: { initialMs: 60_000, maxMs: 60_000 } });
  await connection.join(hello, ignore);
  const resumed = next(connection, 'resumed');
  server.latest()?.terminate();
  await next(connection, 'stateChanged');
  connection.reconnectNow();
  await resumed;
});

test('a server that falls silent is given up, and another socket resumes', async () => {
  let pings = 0;
  const server = await serve((message) => {
    if (!message.ping) return welcome(message);
    pings++;
    return 'silence';
  });
  const connection = connect(server.url, { pingPeriodMs: 30, pingTimeoutMs: 60 });
  await connection.join(hello, ignore);
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
  const server = await serve((message) => (message.ping && ++asked > 1 ? 'silence' : welcome(message)));
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  // After the first sign of life, and long before the time that the answer may take.
  await connection.request({ restartIce: {} });
  await expect(connection.ask(60_000, { rival: true })).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(server.sockets).toHaveLength(2);
  const resumed = next(connection, 'resumed');
  connection.reconnectNow();
  await resumed;
  expect(server.sockets).toHaveLength(2);
});

test('whatever comes while the answer is late is a sign of life', async () => {
  let asked = 0;
  const server = await serve((message, socket) => {
    if (!message.ping) return welcome(message);
    if (++asked > 1) send(socket, { counts: { attendeeCount: 1 } });
    return 'silence';
  });
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  await expect(connection.ask(100)).resolves.toBeUndefined();
});

test('who only listens learns from the signs of life how long answers take', async () => {
  const server = await serve((message, socket) => {
    if (!message.ping) return welcome(message);
    setTimeout(() => send(socket, { reply: { id: message.id, done: {} } }), 300);
    return 'silence';
  });
  const connection = connect(server.url, { pingPeriodMs: 30 });
  await connection.join(hello, ignore);
  await expect.poll(() => connection.roundTripMs).toBeGreaterThan(250);
});

test('a clock that is set back during an answer says nothing of how long answers take', async () => {
  const clock = new SetClock();
  const server = await serve((message) => {
    if (message.ping) clock.set(-3_600_000);
    else clock.advance(200);
    return welcome(message);
  });
  const connection = connect(server.url, { clock });
  await connection.join(hello, ignore);
  await connection.ask(1_000);
  expect(connection.roundTripMs).toBe(200);
});

test('leaving says so and doesn’t come back', async () => {
  const server = await serve(welcome);
  const connection = connect(server.url);
  await connection.join(hello, ignore);
  await connection.leave();
  expect(server.received.at(-1)?.leave).toBeDefined();
  expect(connection.state).toBe('closed');
});
