import { type Participant, type ReportReception, Role } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import type { MeetingView } from '../meeting-view.ts';
import { QualityWatch } from './quality-watch.ts';

const person = (id: string): [string, Participant] => [
  id,
  { id, name: id, role: Role.PANELIST, edgeId: 'e', region: 'r', connected: true },
];

const stageOf = (people: number) =>
  new Map([person('ada'), ...Array.from({ length: people - 1 }, (_, index) => person(`${index}`))]);

/** Somebody in a webinar where nothing is shown yet, and what they tell of it. */
function watched(role: Role, onStage: number) {
  const clock = new VirtualClock(1_000_000);
  const told: ReportReception[] = [];
  let view: MeetingView = {
    meetingId: 'm',
    mainMeetingId: 'm',
    title: '',
    mode: 'webinar',
    arriving: null,
    connection: 'connected',
    media: 'connected',
    self: { participantId: 'me', name: 'Me', role, edge: undefined, published: new Map() },
    participants: stageOf(onStage),
    attendeeCount: 1,
    attendees: new Map(),
    moreAttendees: false,
    reception: null,
    tracks: new Map(),
    received: new Map(),
    activeSpeakers: new Set(),
  };
  const watch = new QualityWatch({
    clock,
    getStats: async () => ({ receive: [] }),
    receiving: () => [],
    sending: () => [],
    view: () => view,
    random: () => 0.5,
    request: async ({ reportReception }) => {
      if (reportReception !== undefined) told.push(reportReception);
      return { id: 1, time: { unixMs: clock.now() - 40 } };
    },
  });
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      clock.advance(500);
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
  };
  return {
    watch,
    told,
    pass,
    grow: (people: number) => {
      view = { ...view, participants: stageOf(people) };
    },
  };
}

test('an attendee tells how the meeting comes, but not how its clock goes, once while nothing changes', async () => {
  const { watch, told, pass } = watched(Role.ATTENDEE, 3);
  await pass(60_000);
  expect(told).toMatchObject([{ networkQuality: 4 }]);
  expect(told[0]?.clockAheadMs).toBeUndefined();
  watch.resumed();
  await pass(10_000);
  expect(told).toHaveLength(2);
});

test('who is on stage tells it anew when the meeting becomes so large that it is counted', async () => {
  const { told, pass, grow } = watched(Role.PANELIST, 100);
  await pass(60_000);
  expect(told.at(-1)?.clockAheadMs).toBe(40);
  const before = told.length;
  grow(101);
  await pass(60_000);
  expect(told.slice(before)).toEqual([told[before - 1]]);
});
