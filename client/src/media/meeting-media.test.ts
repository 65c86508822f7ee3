import { ConsumerParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import type { ClientMessage, IceRestarted, Joined, ServerMessage, Track } from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { afterEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { SignalConnection } from '../signal/signal-connection.ts';
import { BrowserWithoutMedia, offerOn } from '../testing/browser-without-media.ts';
import { InMemoryReceiver } from '../testing/in-memory-receiver.ts';
import { type Answer, ScriptedServer, send } from '../testing/scripted-server.ts';
import { MeetingMedia } from './meeting-media.ts';

const patience = { interval: 5 };
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

const joined: Joined = { ...offerOn('former'), participantId: 'me', role: 'ROLE_PANELIST', resumeToken: 'first' };
const ice = { usernameFragment: 'renewed', password: 'secret', iceLite: true };
const renewed: IceRestarted = { send: ice, receive: ice, iceServers: [] };
const track: Track = {
  id: 'mine',
  participantId: 'me',
  kind: 'TRACK_KIND_AUDIO',
  source: 'TRACK_SOURCE_MICROPHONE',
  muted: false,
  originEdgeId: 'former',
};

const moves: ServerMessage = { migrate: { ...offerOn('next'), reason: 'MIGRATE_REASON_LOAD' } };

/** Somebody with media over the edge `former`. What the script says nothing to is answered as usual. */
async function present(script: (message: ClientMessage, socket: WebSocket) => Answer | undefined) {
  const usual = ({ join, resume, publish }: ClientMessage): Answer => {
    if (join !== undefined) return { joined };
    if (resume !== undefined) return { resumed: { events: [], resumeToken: 'next', ice: renewed } };
    return publish === undefined ? { done: {} } : { published: { trackId: track.id } };
  };
  const server = await ScriptedServer.start((message, socket) => script(message, socket) ?? usual(message));
  cleanups.push(() => server[Symbol.dispose]());
  const connection = new SignalConnection({
    url: server.url,
    resumeFrom: () => ({ position: undefined, restartIce: false }),
    backoff: { initialMs: 5, maxMs: 10 },
  });
  cleanups.push(() => connection.close());
  const browser = new BrowserWithoutMedia();
  const device = await browser.load();
  const identity = { certificate: {} as RTCCertificate, fingerprints: [] };
  await connection.join({ token: 'token', rtts: [] }, () => {});
  const parts = { connection, device, identity, clock: systemClock, random: () => 0 };
  const media = new MeetingMedia(parts, joined, () => false);
  cleanups.push(() => media.close());
  connection.events.on('resumed', (resumed) => media.resumed(resumed.ice, [track], true));
  connection.events.on('pushed', (push) => {
    if ('migrate' in push) media.migrate(push.migrate);
  });
  media.joined([], []);
  const speak = () => {
    const sound = new FakeMediaStreamTrack({ kind: 'audio' });
    return media.local.set({ source: TrackSource.MICROPHONE, media: sound, muted: false, codec: 'VP8' });
  };
  const announced = () => server.received.flatMap(({ publish }) => (publish === undefined ? [] : [publish]));
  return { server, connection, browser, media, speak, announced };
}

/** Somebody who speaks and is moved, and a server that drops the connection when it hears of that, once. */
async function cutOffWhileMoving() {
  let drops = true;
  const person = await present(({ publish }) => {
    if (publish?.trackId !== track.id || !drops) return undefined;
    drops = false;
    return 'drop';
  });
  await person.speak();
  for (const socket of person.server.sockets) send(socket, moves);
  return person;
}

test('a track whose move was not answered is announced once more, as it was, when the connection is back', async () => {
  const { server, announced } = await cutOffWhileMoving();
  await expect.poll(() => announced().length, patience).toBe(3);
  const [, first, second] = announced();
  expect(second).toEqual(first);
  await expect.poll(() => server.received.some(({ migrated }) => migrated !== undefined), patience).toBe(true);
  expect(announced()).toHaveLength(3);
  expect(server.received.some(({ unpublish }) => unpublish !== undefined)).toBe(false);
});

test('new ICE parameters are of the session that media is on its way to', async () => {
  const { browser } = await cutOffWhileMoving();
  const both = ['next', 'renewed'];
  await expect.poll(() => browser.iceRestarts, patience).toEqual([both, both]);
});

test('another way is looked for with the ICE parameters that are known, at first those of the session', async () => {
  const { browser, media, speak } = await present(() => undefined);
  await speak();
  expect(media.regather()).toBe(true);
  await expect.poll(() => browser.iceRestarts, patience).toHaveLength(3);
  expect(browser.iceRestarts.filter(([, to]) => to === 'former')).toHaveLength(2);
  media.resumed(renewed, [track], true);
  await expect.poll(() => browser.iceRestarts, patience).toHaveLength(5);
  media.regather();
  await expect.poll(() => browser.iceRestarts, patience).toHaveLength(8);
  expect(browser.iceRestarts.filter(([, to]) => to === 'renewed')).toHaveLength(4);
});

test('who is on the way to another edge looks for no other way to the one left', async () => {
  const { browser, media, answer } = await inTheMiddleOfAMove();
  expect(media.regather()).toBe(false);
  answer();
  await expect.poll(() => media.latestEdge?.id, patience).toBe('next');
  expect(browser.iceRestarts).toEqual([]);
});

test('who has to join anew while something is being published has it published there, and is told of no failure', async () => {
  let answers = false;
  const { media, speak, announced } = await present(({ publish }) =>
    publish === undefined || answers ? undefined : 'silence',
  );
  const failures: string[] = [];
  media.local.events.on('failed', ({ error }) => failures.push(error.code));
  const spoken = speak();
  await expect.poll(announced, patience).toHaveLength(1);
  answers = true;
  media.replaceSession({ ...joined, ...offerOn('next') });
  media.joined([], []);
  await spoken;
  expect(announced()).toHaveLength(2);
  expect([failures, media.local.wanted.size]).toEqual([[], 1]);
});

test('a track that was announced when the server moved its publisher is withdrawn where it never arrives, and published over the new session', async () => {
  let crosses = true;
  const { server, speak, announced } = await present(({ publish }, socket) => {
    if (publish !== undefined && crosses) {
      crosses = false;
      send(socket, moves);
    }
    return undefined;
  });
  await speak();
  const [first, second] = announced();
  expect(announced()).toHaveLength(2);
  expect([first?.trackId, second?.trackId]).toEqual(['', '']);
  expect(second?.rtpParameters).not.toEqual(first?.rtpParameters);
  const asked = server.received.flatMap(({ publish, unpublish }) =>
    publish ? ['publish'] : (unpublish?.trackId ?? []),
  );
  expect(asked).toEqual(['publish', track.id, 'publish']);
});

/** Somebody who speaks and is being moved, while the server takes its time to answer what they publish there. */
async function inTheMiddleOfAMove() {
  let answer: (() => void) | undefined;
  const person = await present(({ id, publish }, socket) => {
    if (publish?.trackId !== track.id || answer !== undefined) return undefined;
    answer = () => send(socket, { reply: { id, published: { trackId: track.id } } });
    return 'silence';
  });
  await person.speak();
  for (const socket of person.server.sockets) send(socket, moves);
  await expect.poll(() => answer, patience).toBeDefined();
  return { ...person, answer: () => answer?.() };
}

test.each([
  ['another meeting', (media: MeetingMedia) => void media.transfer({ ...joined, ...offerOn('third') })],
  [
    'a new session',
    (media: MeetingMedia) => {
      media.replaceSession({ ...joined, ...offerOn('third') });
      media.joined([], []);
    },
  ],
])('a move that %s overtakes takes nothing back', async (_name, overtake) => {
  const { server, connection, media, announced, answer } = await inTheMiddleOfAMove();
  overtake(media);
  answer();
  await expect.poll(() => announced().length, patience).toBe(3);
  // Whatever follows from the answer is said by then.
  for (let turn = 0; turn < 2; turn++) await connection.request({ ping: {} });
  expect(media.latestEdge?.id).toBe('third');
  const last = server.received.findLastIndex(({ publish }) => publish !== undefined);
  expect(server.received.slice(last).filter(({ unpublish }) => unpublish)).toEqual([]);
});

test('a codec that the browser can’t send is sent neither in name nor in its layers', async () => {
  const { media, announced } = await present(() => undefined);
  const picture = new FakeMediaStreamTrack({ kind: 'video', settings: { width: 1280, height: 720 } });
  await media.local.set({ source: TrackSource.CAMERA, media: picture, muted: false, codec: 'AV1' });
  const [{ rtpParameters } = {}] = announced();
  expect(rtpParameters?.codecs[0]?.mimeType).toBe('video/VP8');
  expect(rtpParameters?.encodings).toHaveLength(3);
  expect(rtpParameters?.encodings.map(({ scalabilityMode }) => scalabilityMode)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a track that the browser can’t receive is warned of', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  cleanups.push(() => warn.mockRestore());
  const { media } = await present(() => undefined);
  const session = new InMemoryReceiver();
  session.failure = new Error('no decoder');
  await media.remote.add(session, [
    ConsumerParameters.fromPartial({ consumerId: 'c', trackId: 'theirs', kind: TrackKind.VIDEO }),
  ]);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('theirs'), session.failure);
});
