import type { RecordedPart } from '@canopy/proto/edge_media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { RecordingNotice } from '@canopy/proto/recording';
import { RecordingStatus } from '@canopy/proto/recording';
import { MeetingEvent, Track } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, expect, test } from 'vitest';
import { emptyState } from '../../core/meeting/state.ts';
import { edge } from '../../core/placement/testing/builders.ts';
import type { Recording } from '../../core/recording/recording.ts';
import { RecordingKeeping } from './recording-keeping.ts';

const meetingId = 'meeting';
const [near, far] = ['eu-central-1', 'us-east-1'];
const lookEveryMs = 2_000;
const voice = Track.fromPartial({
  id: 'voice',
  kind: TrackKind.AUDIO,
  source: TrackSource.MICROPHONE,
  originEdgeId: near,
});

let clock: VirtualClock;
/** As the database has it. */
let recording: Recording;
/** How many are there. */
let people: number;
/** How many are in its breakout room. */
let inRoom: number;
/** What the meeting was told. */
let said: RecordingNotice[];
/** Errors of the store, one for each time it is told. */
let lapses: ErrorCode[];
/** What each edge is asked to record now. */
let asked: Map<string, string[]>;
/** Edges that take what they are asked, and are not heard in time. */
let slow: Set<string>;
/** What each edge answers. */
let answers: Map<string, RecordedPart[] | ErrorCode>;
/** What happens while an edge is asked. */
let meanwhile: () => void;
/** Whether Redis knows of no plan. */
let planless: boolean;
let keeping: RecordingKeeping;

beforeEach(() => {
  clock = new VirtualClock();
  [people, inRoom, said, lapses, asked, slow] = [2, 0, [], [], new Map(), new Set()];
  [answers, meanwhile, planless] = [new Map(), () => {}, false];
  recording = {
    id: 'recording',
    meetingId,
    status: 'running',
    revision: 1,
    toldRevision: 0,
    edgeId: undefined,
    parts: [],
    errorCode: undefined,
    startedAt: 0,
    endedAt: undefined,
    composition: { status: 'waiting', progress: 0, bytes: undefined, durationMs: undefined, errorCode: undefined },
  };
  keeping = newKeeping();
});

function newKeeping(): RecordingKeeping {
  const plan = { meetingId, epoch: 1, cascades: new Map(), unreached: [], backup: 'warm' as const };
  return new RecordingKeeping({
    records: {
      unfinished: async () => [recording],
      current: async () => recording,
      find: async () => recording,
      async setStatus(_meetingId, _id, status) {
        recording = { ...recording, status, revision: recording.revision + 1 };
        return recording;
      },
      async renew() {
        recording = { ...recording, revision: recording.revision + 1 };
        return recording;
      },
      async told(_id, toldRevision) {
        recording = { ...recording, toldRevision };
      },
      async progressed(_id, progress) {
        recording = { ...recording, ...progress };
      },
    },
    meetings: { roomsOf: async () => ['room'] },
    store: {
      participantCount: async () => inRoom,
      async usage() {
        const participants = new Map(people === 0 ? [] : [near, far].map((edgeId) => [edgeId, people / 2]));
        return { usage: { participants, originIds: [] }, plan: planless ? undefined : plan, profile: undefined };
      },
      read: async () => ({ ...emptyState, recording: said.at(-1), tracks: people === 0 ? [] : [voice] }),
      async setRecording(_meetingId, notice) {
        const lapse = lapses.shift();
        if (lapse !== undefined) throw new CanopyError(lapse);
        said.push(notice);
        return { events: [MeetingEvent.fromPartial({ recordingChanged: notice })] };
      },
    },
    edges: { candidates: () => [edge(near), edge(far)] },
    planning: { table: (_plan, edgeId) => ({ meetingId, edgeId, epoch: 1, routes: [], backupParents: [] }) },
    media: {
      async record(edgeId, { targets }) {
        asked.set(
          edgeId,
          targets.map(({ want }) => want?.trackId ?? ''),
        );
        meanwhile();
        if (slow.has(edgeId)) throw new CanopyError('TIMEOUT');
        const parts = answers.get(edgeId) ?? [];
        if (typeof parts === 'string') throw new CanopyError(parts);
        return { parts };
      },
    },
    rooms: () => ({ changed: () => {} }),
    isFirst: async () => true,
    clock,
    logger: silentLogger,
  });
}

test('an edge that was asked, but did not answer in time, is let go when another records', async () => {
  slow.add(near);
  await keeping.tell(recording);
  expect(recording.edgeId).toBe(far);
  expect(asked).toEqual(
    new Map([
      [near, []],
      [far, ['voice']],
    ]),
  );
});

test('nothing is recorded before the meeting knows, and it is told until it does', async () => {
  lapses.push('STATE_UNAVAILABLE');
  await keeping.tell(recording);
  expect([said, asked.size, recording.toldRevision]).toEqual([[], 0, 0]);
  await keeping.tell(recording);
  expect(said).toMatchObject([{ status: RecordingStatus.RUNNING }]);
  expect([asked.get(near), recording.toldRevision]).toEqual([['voice'], 1]);
});

test('the end is told as well until the meeting knows', async () => {
  recording = { ...recording, status: 'stopped', revision: 2, toldRevision: 1 };
  lapses.push('STATE_UNAVAILABLE');
  await keeping.tell(recording);
  expect([said, recording.toldRevision]).toEqual([[], 1]);
  await keeping.tell(recording);
  expect(said).toMatchObject([{ status: RecordingStatus.STOPPED }]);
  expect(recording.toldRevision).toBe(2);
});

/** Looks as often as it does for so long. */
async function pass(ms: number): Promise<void> {
  for (const until = clock.now() + ms; clock.now() < until; ) {
    clock.advance(lookEveryMs);
    await keeping.tell(recording);
  }
}

test('a recording ends when nobody was in its meeting for five minutes', async () => {
  await pass(600_000);
  people = 0;
  await pass(298_000);
  people = 2;
  await pass(lookEveryMs);
  people = 0;
  await pass(300_000);
  expect(recording.status).toBe('running');
  await pass(lookEveryMs);
  expect(recording.status).toBe('stopped');
  expect(said.at(-1)).toMatchObject({ status: RecordingStatus.STOPPED });
  expect(recording.edgeId).toBeUndefined();
});

test('a recording goes on while all are in breakout rooms', async () => {
  [people, inRoom] = [0, 2];
  await pass(600_000);
  expect(recording.status).toBe('running');
  inRoom = 0;
  await pass(302_000);
  expect(recording.status).toBe('stopped');
});

test('an edge goes on while Redis has forgotten who is there, or the plan', async () => {
  await keeping.tell(recording);
  people = 0;
  await pass(lookEveryMs);
  [people, planless] = [2, true];
  await pass(lookEveryMs);
  expect(asked).toEqual(new Map([[near, ['voice']]]));
});

/** Somebody does that at another replica. */
function change(status: Recording['status']): void {
  recording = { ...recording, status, revision: recording.revision + 1 };
}

test('an edge that began when all were told of a pause is let go at once', async () => {
  meanwhile = () => {
    if (recording.status === 'running') change('paused');
  };
  await keeping.tell(recording);
  expect(asked).toEqual(new Map([[near, []]]));
});

test('no other edge is asked after all were told of the end, and the one that did not answer is let go', async () => {
  slow.add(near);
  meanwhile = () => {
    if (recording.status === 'running') change('stopped');
  };
  await keeping.tell(recording);
  expect(asked).toEqual(new Map([[near, []]]));
});

test('that nothing can be recorded is told as soon as it is known, and that it can be again', async () => {
  answers = new Map([near, far].map((edgeId) => [edgeId, 'RECORDING_DISK_FULL']));
  await keeping.tell(recording);
  const codes = () => said.map(({ errorCode }) => errorCode);
  expect(codes()).toEqual([undefined, 'RECORDING_DISK_FULL']);
  answers.clear();
  await keeping.tell(recording);
  expect(codes().at(-1)).toBeUndefined();
});

/** A part of an edge as an edge tells it. */
const part = (edgeId: string, running: boolean): RecordedPart => ({
  partId: `of ${edgeId}`,
  trackId: 'voice',
  edgeId,
  kind: TrackKind.AUDIO,
  startedAtMs: 0,
  writtenUntilMs: running ? 10_000 : 20_000,
  segments: 1,
  bytes: 9,
  running,
});

test('a recording is whole only when an edge that recorded before has stored its rest as well', async () => {
  answers.set(near, [part(near, true)]);
  await keeping.tell(recording);
  answers.set(near, 'EDGE_DRAINING').set(far, [part(near, false), part(far, true)]);
  await keeping.tell(recording);
  expect(recording.edgeId).toBe(far);
  change('stopped');
  answers.set(near, [part(near, true)]).set(far, [part(near, false), part(far, false)]);
  await keeping.tell(recording);
  expect([recording.edgeId, recording.parts.map(({ running }) => running)]).toEqual([far, [true, false]]);
  answers.set(near, [part(near, false), part(far, true)]);
  await keeping.tell(recording);
  expect([recording.edgeId, recording.parts.map(({ running }) => running)]).toEqual([undefined, [false, false]]);
});
