import type { ConsumerParameters } from '@canopy/proto/media';
import type { ClientMessage, Joined, Migrate, Track } from '@canopy/proto/signal';
import { afterEach, expect, test } from 'vitest';
import { type Answer, type Script, ScriptedServer, send } from '../../../client/src/testing/scripted-server.ts';
import { Participant, type Session, type SessionKind, type SessionMedia } from './participant.ts';
import { SignalError } from './signal-socket.ts';
import { nobodysCertificate } from './viewer.ts';

const owned = new Set<Disposable | { drop(): void }>();

afterEach(() => {
  for (const one of owned) {
    if (Symbol.dispose in one) one[Symbol.dispose]();
    else one.drop();
  }
  owned.clear();
});

/** Media that is ready when there is something to receive, or can't be had. */
class ScriptedMedia implements SessionMedia {
  readonly dtlsParameters = nobodysCertificate;
  readonly sends = false;
  readonly connected = true;
  readonly failing: boolean;
  began: { edgeId: string | undefined; kind: SessionKind } | undefined;
  readonly received: string[][] = [];
  closed = false;
  end = () => {};
  readonly #something = Promise.withResolvers<void>();

  constructor(failing: boolean) {
    this.failing = failing;
  }

  async begin({ edge, consumers }: Session, kind: SessionKind): Promise<void> {
    if (this.failing) throw new Error('nothing gets through');
    this.began = { edgeId: edge?.id, kind };
    if (consumers.length === 0) await this.#something.promise;
  }

  receive(consumers: readonly ConsumerParameters[]): void {
    this.received.push(consumers.map(({ consumerId }) => consumerId));
    this.#something.resolve();
  }

  onEnd(listener: () => void): void {
    this.end = listener;
  }

  close(): void {
    this.closed = true;
  }
}

const camera: Track = {
  id: 'camera',
  participantId: 'q',
  kind: 'TRACK_KIND_VIDEO',
  source: 'TRACK_SOURCE_CAMERA',
  muted: false,
  originEdgeId: 'c',
};

function consumer(consumerId: string, paused: boolean): ConsumerParameters {
  return { consumerId, trackId: camera.id, kind: camera.kind, rtpParameters: undefined, paused };
}

function joined(resumeToken: string): Joined {
  const position = { generation: 'g', sequence: 6 };
  const meeting = {
    meetingId: 'm',
    title: '',
    participants: [],
    tracks: [camera],
    position,
    attendeeCount: 0,
    hands: [],
    webinar: false,
  };
  const consumers = [consumer('first', false)];
  return { participantId: 'p', role: 'ROLE_HOST', resumeToken, consumers, meeting, edge: { id: 'a', region: 'r' } };
}

const migrate: Migrate = {
  edge: { id: 'b', region: 'r' },
  consumers: [consumer('moved', false)],
  reason: 'MIGRATE_REASON_LOAD',
};

const welcome = (message: ClientMessage): Answer => {
  if (message.join) return { joined: joined('first') };
  if (message.subscribe)
    return { subscribed: { added: [consumer('anew', true)], removedConsumerIds: [], refused: [] } };
  if (message.resume) return { resumed: { events: [], resumeToken: 'second' } };
  return { done: {} };
};

async function enter(script: Script, failsAt = -1) {
  const server = await ScriptedServer.start(script);
  owned.add(server);
  const media: ScriptedMedia[] = [];
  const url = server.url.replace('ws:', 'http:').replace('/v1/signal', '');
  const options = { url, token: 't', address: '198.18.0.1', location: { latitude: 0, longitude: 0 } };
  const participant = await Participant.join(options, () => {
    media.push(new ScriptedMedia(media.length === failsAt));
    return media.at(-1) as ScriptedMedia;
  });
  owned.add(participant);
  const push = (message: Parameters<typeof send>[1]) => send(server.latest() as Parameters<typeof send>[0], message);
  const heard = () =>
    server.received.map(({ id: _id, ...said }) => Object.entries(said).find(([, value]) => value !== undefined)?.[0]);
  return { server, participant, media, push, heard };
}

test('a move to another edge is followed: the former session ends when the new one has begun, and the server is told', async () => {
  const { server, participant, media, push, heard } = await enter(welcome);
  push({ migrate });
  await expect.poll(heard).toEqual(['join', 'migrated']);
  expect(server.received.at(-1)?.migrated).toEqual({ edgeId: 'b' });
  expect(media.map(({ began, closed }) => ({ ...began, closed }))).toEqual([
    { edgeId: 'a', kind: 'joined', closed: true },
    { edgeId: 'b', kind: 'moved', closed: false },
  ]);
  expect(participant).toMatchObject({ moves: ['LOAD'], losses: [], session: { edge: { id: 'b' } } });
});

test('who moves with nothing brought along asks for the tracks over the new session at once', async () => {
  const { participant, media, push, heard } = await enter(welcome);
  push({ migrate: { ...migrate, consumers: [] } });
  await expect.poll(heard).toEqual(['join', 'subscribe', 'consumersReady', 'migrated']);
  expect(media[1]?.received).toEqual([['anew']]);
  expect(participant.session.edge?.id).toBe('b');
});

test('a track that comes from another edge now is asked for anew, as the SDK does', async () => {
  const { server, participant, media, push, heard } = await enter(welcome);
  const position = { generation: 'g', sequence: 7 };
  push({ event: { position, trackUpdated: { ...camera, originEdgeId: 'd' } } });
  await expect.poll(heard).toEqual(['join', 'subscribe', 'consumersReady']);
  expect(server.received[1]?.subscribe?.wants).toMatchObject([{ trackId: 'camera' }]);
  expect(server.received[2]?.consumersReady?.consumerIds).toEqual(['anew']);
  // The former one goes on until the new one brings something.
  expect(media[0]?.received).toEqual([['first', 'anew']]);
  expect(participant.session.consumers.map(({ consumerId }) => consumerId)).toEqual(['anew']);
});

test('a session that does not begin is given up, and the former one goes on', async () => {
  const { participant, media, push, heard } = await enter(welcome, 1);
  push({ migrate });
  await expect.poll(() => media.map(({ closed }) => closed)).toEqual([false, true]);
  expect(participant.session.edge?.id).toBe('a');
  expect(heard()).toEqual(['join']);
});

test('who loses the connection resumes where the events were left, and keeps the session', async () => {
  const { server, participant, media, push } = await enter(welcome);
  push({ event: { position: { generation: 'g', sequence: 7 }, meetingEnded: {} } });
  await participant.ask({ ping: {} });
  server.latest()?.terminate();
  await expect
    .poll(() => server.received.at(-1)?.resume)
    .toMatchObject({
      resumeToken: 'first',
      position: { generation: 'g', sequence: 7 },
      edgeId: 'a',
    });
  await expect.poll(() => participant.ask({ ping: {} })).toMatchObject({ done: {} });
  expect(participant.losses).toEqual(['CLOSED_1006']);
  expect(media.map(({ closed }) => closed)).toEqual([false]);
});

test('who can not resume joins again with a new session', async () => {
  const refused = { code: 'RESUME_REFUSED', message: '', retryable: false };
  const { server, participant, media } = await enter((message) =>
    message.resume ? { error: refused } : welcome(message),
  );
  server.latest()?.terminate();
  await expect
    .poll(() => media.map(({ began, closed }) => ({ kind: began?.kind, closed })))
    .toEqual([
      { kind: 'joined', closed: true },
      { kind: 'joined', closed: false },
    ]);
  expect(participant.endedBecause).toBeUndefined();
});

test('who connected elsewhere does not come back', async () => {
  const { server, participant, media, push, heard } = await enter(welcome);
  push({ goodbye: { reason: { code: 'REPLACED', message: '', retryable: false } } });
  server?.latest()?.close(4409);
  await expect.poll(() => participant.endedBecause).toBe('REPLACED');
  expect(media.map(({ closed }) => closed)).toEqual([true]);
  expect(heard()).toEqual(['join']);
});

test('media that ends is reported, and a session that the edge does not know calls for a new join', async () => {
  const unknown = { code: 'SESSION_NOT_FOUND', message: '', retryable: true };
  const { participant, media, heard } = await enter((message) =>
    message.restartIce ? { error: unknown } : welcome(message),
  );
  media[0]?.end();
  await expect.poll(heard).toEqual(['join', 'restartIce', 'join']);
  await expect.poll(() => media.map(({ closed }) => closed)).toEqual([true, false]);
  expect(participant.losses).toEqual(['SESSION_NOT_FOUND']);
});

test('a join that fails for a passing reason is tried again, any other is refused', async () => {
  const error = (code: string, retryable: boolean) => ({ error: { code, message: '', retryable } });
  let busy = true;
  const { participant } = await enter((message) => {
    if (!busy) return welcome(message);
    busy = false;
    return error('TIMEOUT', true);
  });
  expect(participant.failedAttempts).toEqual(['TIMEOUT']);
  await expect(enter(() => error('MEETING_LOCKED', true))).rejects.toBeInstanceOf(SignalError);
});
