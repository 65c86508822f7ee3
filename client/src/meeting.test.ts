import { ConsumerParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import { type Moderated, WaitingPerson } from '@canopy/proto/moderation';
import {
  type ClientMessage,
  type Joined,
  type MeetingSnapshot,
  type Participant,
  type Resumed,
  Role,
  type Track,
} from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { generateConsumerRemoteParameters } from 'mediasoup-client/fakeParameters';
import { afterEach, expect, test, vi } from 'vitest';
import { Meeting } from './meeting.ts';
import { SignalConnection } from './signal/signal-connection.ts';
import { BrowserWithoutMedia, offerOn } from './testing/browser-without-media.ts';
import { type Answer, ScriptedServer, send } from './testing/scripted-server.ts';

const patience = { interval: 5 };
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function camera(id: string, originEdgeId: string): Track {
  const kind = { kind: 'TRACK_KIND_VIDEO', source: 'TRACK_SOURCE_CAMERA' } as const;
  return { id, participantId: 'somebody', ...kind, muted: false, originEdgeId };
}

function snapshotWith(originEdgeId: string): MeetingSnapshot {
  const position = { generation: 'g', sequence: 1 };
  return {
    meetingId: 'm',
    title: '',
    participants: [],
    tracks: [camera('theirs', originEdgeId)],
    position,
    attendeeCount: 0,
    hands: [],
    webinar: false,
  };
}

/** Somebody who watches a track over the edge `former`, in a meeting kept by a script; `silent`: and never says so. Who resumes is answered with `missed`, who joins is called `name`; `first` may answer anything before that. */
async function watching({
  silent = false,
  missed = (): Partial<Resumed> => ({}),
  name = (): string | undefined => 'Noah',
  first = (_message: ClientMessage): Answer | undefined => undefined,
  consumers = [] as ConsumerParameters[],
} = {}) {
  const meeting = snapshotWith('here');
  const joined: Joined = {
    ...offerOn('former'),
    consumers,
    participantId: 'me',
    role: 'ROLE_PANELIST',
    resumeToken: 't',
    meeting,
  };
  const answer = ({ join, resume, subscribe, publish }: ClientMessage): Answer => {
    if (join !== undefined) return { joined: { ...joined, name: name() } };
    if (resume !== undefined) return { resumed: { events: [], resumeToken: 't', ...missed() } };
    if (publish !== undefined) return { published: { trackId: publish.source } };
    return subscribe === undefined ? { done: {} } : { subscribed: { added: [], removedConsumerIds: [], refused: [] } };
  };
  const server = await ScriptedServer.start((message) => first(message) ?? answer(message));
  cleanups.push(() => server[Symbol.dispose]());
  let watcher: Meeting | undefined;
  const connection = new SignalConnection({
    url: server.url,
    resumeFrom: () => watcher?.resumePoint ?? { position: undefined, restartIce: false },
    backoff: { initialMs: 5, maxMs: 10 },
  });
  const browser = new BrowserWithoutMedia();
  const device = await browser.load();
  const identity = { certificate: {} as RTCCertificate, fingerprints: [] };
  await connection.join({ token: 'token', rtts: [] }, (answered) => {
    const parts = { connection, device, identity, clock: systemClock, random: () => 0 };
    watcher = new Meeting(parts, answered);
    cleanups.push(() => watcher?.leave());
  });
  if (!silent) watcher?.setSubscriptions([{ trackId: 'theirs', width: 640, height: 360, priority: 100 }]);
  const told = () => server.received.filter(({ subscribe }) => subscribe !== undefined).length;
  await expect.poll(told, patience).toBe(consumers.length === 0 ? 1 : 0);
  const push = (message: Parameters<typeof send>[1]) => {
    for (const socket of server.sockets) if (socket.readyState === socket.OPEN) send(socket, message);
  };
  const publish = async (kind: 'audio' | 'video', source: TrackSource) => {
    const media = new FakeMediaStreamTrack({ kind });
    await watcher?.publish(source, media);
    return media;
  };
  const published = () => watcher?.view.self.published ?? new Map();
  return { server, browser, told, push, publish, published, watcher: () => watcher };
}

const { MICROPHONE, CAMERA, SCREEN, SCREEN_AUDIO } = TrackSource;

const resumeRefused = { code: 'RESUME_REFUSED', message: '', retryable: false };

const moderated = (moderation: Moderated['moderation'], sequence: number) => ({
  event: {
    position: { generation: 'g', sequence },
    moderated: { moderation, byParticipantId: 'host', byName: 'Host' },
  },
});

function attendee(id: string): Participant {
  return { id, name: '', role: Role.ATTENDEE, edgeId: 'here', region: '', connected: true };
}

test('a track that comes another way by a snapshot is asked for anew', async () => {
  const { told, push } = await watching();
  push({ snapshot: snapshotWith('elsewhere') });
  await expect.poll(told, patience).toBe(2);
});

test('who is on another network looks for another way there at once, and the resume need not bring one', async () => {
  const window = new EventTarget();
  vi.stubGlobal('window', window);
  cleanups.push(() => void vi.unstubAllGlobals());
  const { server, browser, publish } = await watching();
  await publish('audio', MICROPHONE);
  window.dispatchEvent(new Event('online'));
  const resumes = () => server.received.flatMap(({ resume }) => (resume === undefined ? [] : [resume.restartIce]));
  await expect.poll(resumes, patience).toEqual([false]);
  expect(browser.iceRestarts.filter(([, to]) => to === 'former')).toHaveLength(2);
});

test('attendees who come by the hundred are shown soon', async () => {
  const { push, watcher } = await watching();
  for (let viewer = 1; viewer <= 50; viewer++) {
    const participantJoined = attendee(`viewer-${viewer}`);
    push({ event: { position: { generation: 'g', sequence: 1 + viewer }, participantJoined, ofAttendee: true } });
  }
  await expect.poll(() => watcher()?.view.attendees.size, patience).toBe(50);
  expect(watcher()?.view.attendeeCount).toBe(50);
});

test('who is in no roster knows by what name others know them, also when that is another one', async () => {
  const { push, watcher } = await watching();
  const name = () => watcher()?.view.self.name;
  expect(name()).toBe('Noah');
  const participantUpdated = { ...attendee('me'), name: 'Noah (Acme)' };
  push({ event: { position: { generation: 'g', sequence: 2 }, participantUpdated, ofAttendee: true } });
  await expect.poll(name, patience).toBe('Noah (Acme)');
});

test('who was given another name while it was away knows it when it is back', async () => {
  const { server, push, watcher } = await watching({ missed: () => ({ name: 'Noah B.' }) });
  const name = () => watcher()?.view.self.name;
  const participantUpdated = { ...attendee('me'), name: 'Noah A.' };
  push({ event: { position: { generation: 'g', sequence: 2 }, participantUpdated, ofAttendee: true } });
  await expect.poll(name, patience).toBe('Noah A.');
  for (const socket of server.sockets) socket.terminate();
  await expect.poll(name, patience).toBe('Noah B.');
});

test('where a server tells no name, as the version before, the one that was known stays', async () => {
  const names = ['Noah', undefined];
  const first = ({ resume }: ClientMessage) => (resume === undefined ? undefined : { error: resumeRefused });
  const { server, watcher } = await watching({ first, name: () => names.shift() });
  const joins = () => server.received.filter(({ join }) => join !== undefined).length;
  server.latest()?.terminate();
  await expect.poll(() => [joins(), watcher()?.view.connection], patience).toEqual([2, 'connected']);
  expect(watcher()?.view.self.name).toBe('Noah');
});

test('who never says what to receive is sent what is published later as well', async () => {
  const { server, push } = await watching({ silent: true });
  const wanted = () =>
    server.received.flatMap(({ subscribe }) => (subscribe ? [subscribe.wants.map(({ trackId }) => trackId)] : []));
  expect(wanted()).toEqual([['theirs']]);
  push({ event: { position: { generation: 'g', sequence: 2 }, trackPublished: camera('later', 'here') } });
  await expect.poll(wanted, patience).toEqual([['theirs'], ['later', 'theirs']]);
});

test('who never says what to receive asks for what the server chose when it comes another way', async () => {
  const { rtpParameters } = generateConsumerRemoteParameters({ codecMimeType: 'video/VP8' });
  const parameters = ConsumerParameters.fromJSON({ rtpParameters }).rtpParameters;
  const consumer = {
    trackId: 'theirs',
    consumerId: 'c',
    kind: TrackKind.VIDEO,
    paused: true,
    rtpParameters: parameters,
  };
  const { server, told, push } = await watching({ silent: true, consumers: [consumer] });
  await expect
    .poll(() => server.received.some(({ consumersReady }) => consumersReady !== undefined), patience)
    .toBe(true);
  push({ event: { position: { generation: 'g', sequence: 2 }, trackUpdated: camera('theirs', 'here') } });
  await expect.poll(told, patience).toBe(1);
});

test('a resume says which edge media goes over, or is on its way to', async () => {
  const { server, push } = await watching();
  const resumedFrom = () => server.received.flatMap(({ resume }) => (resume === undefined ? [] : [resume.edgeId]));
  server.latest()?.terminate();
  await expect.poll(resumedFrom, patience).toEqual(['former']);
  push({ migrate: { ...offerOn('next'), reason: 'MIGRATE_REASON_LOAD' } });
  await expect.poll(() => server.received.some(({ migrated }) => migrated !== undefined), patience).toBe(true);
  server.latest()?.terminate();
  await expect.poll(resumedFrom, patience).toEqual(['former', 'next']);
});

test('a meeting that has ended says why also to who missed the event', async () => {
  const { push, watcher } = await watching();
  expect(watcher()?.endedBecause).toBeUndefined();
  push({ event: { position: { generation: 'g', sequence: 2 }, meetingEnded: {} } });
  await expect.poll(() => watcher()?.endedBecause?.code, patience).toBe('MEETING_ENDED');
  expect(watcher()?.view.connection).toBe('closed');
});

test('what a host mutes and stops is so here as well, though the application does not listen', async () => {
  const { push, publish, published } = await watching();
  const sound = await publish('audio', MICROPHONE);
  for (const source of [CAMERA, SCREEN]) await publish('video', source);
  await publish('audio', SCREEN_AUDIO);
  push(moderated('MODERATION_MUTE', 2));
  await expect.poll(() => published().get(MICROPHONE), patience).toMatchObject({ muted: true });
  expect([sound.enabled, published().get(CAMERA)?.muted]).toEqual([false, false]);
  push(moderated('MODERATION_STOP_CAMERA', 3));
  await expect.poll(() => published().get(CAMERA), patience).toMatchObject({ muted: true });
  push(moderated('MODERATION_STOP_SCREEN', 4));
  await expect.poll(() => [...published().keys()], patience).toEqual([MICROPHONE, CAMERA]);
});

test('what a host muted and stopped is so here as well when too much was missed to be told of it', async () => {
  const own = { participantId: 'me', source: MICROPHONE, kind: 'TRACK_KIND_AUDIO', muted: true } as const;
  const tracks = [camera('theirs', 'here'), { ...camera(MICROPHONE, 'here'), ...own }];
  const snapshot = { ...snapshotWith('here'), tracks, position: { generation: 'g', sequence: 2_000 } };
  const { server, publish, published } = await watching({ missed: () => ({ snapshot }) });
  const sound = await publish('audio', MICROPHONE);
  await publish('video', SCREEN);
  server.latest()?.terminate();
  await expect.poll(() => published().get(MICROPHONE), patience).toMatchObject({ muted: true });
  expect([sound.enabled, [...published().keys()]]).toEqual([false, [MICROPHONE]]);
  expect(server.received.filter((message) => message.publish !== undefined)).toHaveLength(2);
});

test('what could not be loaded of chat, questions, polls and who waits is loaded when the session goes on', async () => {
  let isBack = false;
  const first = ({ resume, listChat, listQuestions, listPolls, listWaiting }: ClientMessage): Answer | undefined => {
    if (resume !== undefined) isBack = true;
    if (!isBack && listPolls !== undefined) return 'drop';
    if (!isBack) return (listChat ?? listQuestions ?? listWaiting) === undefined ? undefined : 'silence';
    if (listWaiting !== undefined) return { waitingList: { people: [WaitingPerson.fromPartial({ name: 'Ada' })] } };
    if (listChat !== undefined) return { chatPage: { messages: [], nextCursor: '' } };
    if (listQuestions !== undefined) return { questionPage: { questions: [], nextCursor: '' } };
    return listPolls === undefined ? undefined : { pollList: { polls: [] } };
  };
  const { watcher } = await watching({ first });
  const loads = [
    async () => await watcher()?.chat.loadMore(),
    async () => await watcher()?.questions.loadMore(),
    async () => await watcher()?.moderation.loadWaiting(),
    async () => await watcher()?.polls.load(),
  ].map((load) => load());
  const heard: string[] = [];
  watcher()?.polls.events.on('changed', () => heard.push('polls'));
  for (const { status } of await Promise.allSettled(loads)) expect(status).toBe('rejected');
  const more = () => [watcher()?.chat.view.more, watcher()?.questions.view.more, heard.length];
  await expect.poll(more, patience).toEqual([false, false, 1]);
  await expect.poll(() => watcher()?.moderation.view.waiting, patience).toMatchObject([{ name: 'Ada' }]);
});

test('a new session knows only of the breakouts it is told of', async () => {
  const first = ({ resume }: ClientMessage) => (resume === undefined ? undefined : { error: resumeRefused });
  const { server, push, watcher } = await watching({ first });
  const phases: (string | undefined)[] = [];
  watcher()?.breakouts.events.on('changed', ({ phase }) => phases.push(phase));
  const rooms = [{ id: 'a', name: 'A' }];
  const breakouts = { mainMeetingId: 'm', selfChosen: false, rooms, now: 0, ownRoomId: '', places: [] };
  push({ breakouts: { ...breakouts, phase: 'BREAKOUT_PHASE_OPEN' } });
  await expect.poll(() => phases, patience).toEqual(['open']);
  server.latest()?.terminate();
  await expect.poll(() => phases, patience).toEqual(['open', 'none']);
  expect(watcher()?.breakouts.view.rooms).toEqual([]);
});
