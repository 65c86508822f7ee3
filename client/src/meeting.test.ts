import type { ClientMessage, Joined, MeetingSnapshot, Track } from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { afterEach, expect, test } from 'vitest';
import { Meeting } from './meeting.ts';
import { SignalConnection } from './signal/signal-connection.ts';
import { BrowserWithoutMedia, offerOn } from './testing/browser-without-media.ts';
import { type Answer, ScriptedServer, send } from './testing/scripted-server.ts';

const patience = { timeout: 5_000, interval: 5 };
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

/** Somebody who watches a track over the edge `former`, in a meeting kept by a script; `silent`: and never says so. */
async function watching({ silent = false } = {}) {
  const meeting = snapshotWith('here');
  const joined: Joined = {
    ...offerOn('former'),
    participantId: 'me',
    role: 'ROLE_PANELIST',
    resumeToken: 't',
    meeting,
  };
  const answer = ({ join, resume, subscribe }: ClientMessage): Answer => {
    if (join !== undefined) return { joined };
    if (resume !== undefined) return { resumed: { events: [], resumeToken: 't' } };
    return subscribe === undefined ? { done: {} } : { subscribed: { added: [], removedConsumerIds: [], refused: [] } };
  };
  const server = await ScriptedServer.start(answer);
  cleanups.push(() => server[Symbol.dispose]());
  let watcher: Meeting | undefined;
  const connection = new SignalConnection({
    url: server.url,
    join: { token: 'token', rtts: [] },
    resumeFrom: () => watcher?.resumePoint ?? { position: undefined, restartIce: false },
    backoff: { initialMs: 5, maxMs: 10 },
  });
  const device = await new BrowserWithoutMedia().load();
  const identity = { certificate: {} as RTCCertificate, fingerprints: [] };
  await connection.join((answered) => {
    const parts = { connection, device, identity, clock: systemClock, random: () => 0 };
    watcher = new Meeting(parts, answered);
    cleanups.push(() => watcher?.leave());
  });
  if (!silent) watcher?.setSubscriptions([{ trackId: 'theirs', width: 640, height: 360, priority: 100 }]);
  const told = () => server.received.filter(({ subscribe }) => subscribe !== undefined).length;
  await expect.poll(told, patience).toBe(1);
  const push = (message: Parameters<typeof send>[1]) => {
    for (const socket of server.sockets) if (socket.readyState === socket.OPEN) send(socket, message);
  };
  return { server, told, push };
}

test('a track that comes another way by a snapshot is asked for anew', async () => {
  const { told, push } = await watching();
  push({ snapshot: snapshotWith('elsewhere') });
  await expect.poll(told, patience).toBe(2);
});

test('who never says what to receive is sent what is published later as well', async () => {
  const { server, push } = await watching({ silent: true });
  const wanted = () =>
    server.received.flatMap(({ subscribe }) => (subscribe ? [subscribe.wants.map(({ trackId }) => trackId)] : []));
  expect(wanted()).toEqual([['theirs']]);
  push({ event: { position: { generation: 'g', sequence: 2 }, trackPublished: camera('later', 'here') } });
  await expect.poll(wanted, patience).toEqual([['theirs'], ['later', 'theirs']]);
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
