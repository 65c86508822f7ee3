import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, expect, test } from 'vitest';
import type { Hearing } from '../../core/edges/hearing.ts';
import { type Meeting, profileOf } from '../../core/meeting/meeting.ts';
import { edge } from '../../core/placement/testing/builders.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import type { MeetingNow } from '../session/meeting-state-store.ts';
import type { Warmth } from './warm-edges.ts';
import { WarmReplacing } from './warm-replacing.ts';

const region = 'eu-central-1';
const soonMs = 200;
const lookEveryMs = 5_000;
const limits = { silentAfterMs: 2_500, reconnectGraceMs: 5_000 };
/** Of a meeting that nobody was in yet. */
const notBegun: MeetingNow = {
  usage: { participants: new Map(), originIds: [] },
  plan: undefined,
  profile: undefined,
};

let clock: VirtualClock;
let edges: EdgeCandidate[];
/** What all replicas share. */
let kept: Warmth;
let meeting: Meeting;
let now: MeetingNow;
/** Replicas that hear the bus less well than the others. */
let hearing: Record<string, Partial<Hearing>>;
/** Whether the store of plans is away. */
let unplannable: boolean;
/** How often the meeting's row was read, and which replica did what, in order. */
let reads: number;
let done: string[];

beforeEach(() => {
  clock = new VirtualClock(limits.reconnectGraceMs);
  [now, hearing] = [notBegun, {}];
  edges = ['a', 'b', 'c'].map((id) => edge(region, { id }));
  kept = { audience: { [region]: 50 }, seats: { [region]: { a: 50 } } };
  meeting = {
    id: 'webinar',
    title: 'Webinar',
    mode: 'webinar',
    settings: {},
    revision: 0,
    apiKeyId: 'key',
    hostId: undefined,
    status: 'scheduled',
    startTime: undefined,
    createdAt: 0,
    passwordHash: undefined,
    linkRevision: 0,
  };
  [unplannable, reads, done] = [false, 0, []];
});

function replica(name: string): WarmReplacing {
  return new WarmReplacing({
    warm: {
      warmMeetings: async () => [meeting.id],
      find: async () => kept,
      async replace(_meetingId, before, after) {
        if (before !== kept) return false;
        kept = after;
        done.push(`${name} replaced`);
        return true;
      },
    },
    records: {
      async find() {
        reads += 1;
        return meeting;
      },
    },
    store: { usage: async () => now },
    edges: { candidates: () => edges },
    planning: {
      async ensure(meetingId) {
        if (unplannable) throw new CanopyError('STATE_UNAVAILABLE');
        done.push(`${name} planned`);
        now = { ...now, plan: planOver(meetingId, Object.keys(kept.seats[region] ?? {})) };
        return planOver(meetingId, []);
      },
    },
    keeping: { tell: async () => void done.push(`${name} told`) },
    overloadThreshold: 0.85,
    bus: {
      hearing: () => ({ connected: true, connectedAt: 0, heardAnythingAt: clock.now(), ...hearing[name] }),
    },
    limits,
    clock,
    logger: silentLogger,
  });
}

/** As if all of them published. */
function planOver(meetingId: string, edgeIds: string[]): MeetingPlan {
  const cascades = new Map(edgeIds.map((originId) => [originId, { originId, nodes: new Map() }]));
  return { meetingId, epoch: 1, cascades, unreached: [], backup: 'warm' };
}

function begun(edgeIds: string[]): MeetingNow {
  return { ...notBegun, profile: profileOf(meeting), plan: planOver(meeting.id, edgeIds) };
}

function without(...ids: string[]): void {
  edges = edges.map((one) => (ids.includes(one.id) ? { ...one, health: 'dead' } : one));
}

test('an edge that is lost is replaced once, by the first of the replicas that see it', async () => {
  const [one, two] = [replica('one'), replica('two')];
  without('a');
  await Promise.all([one.replaceLost(), two.replaceLost()]);
  await two.replaceLost();
  expect(kept.seats).toEqual({ [region]: { b: 50 } });
  expect(done).toEqual(['one replaced', 'one planned', 'one told']);
});

test('while all is well nothing is done, nor a meeting looked up', async () => {
  await replica('one').replaceLost();
  expect([done, reads]).toEqual([[], 0]);
});

test('an edge that comes back finds another one in its place, which stays', async () => {
  const one = replica('one');
  const before = edges;
  without('a');
  await one.replaceLost();
  edges = before;
  await one.replaceLost();
  expect(kept.seats).toEqual({ [region]: { b: 50 } });
});

test('where there is no other edge what is prepared stays, until one comes', async () => {
  const one = replica('one');
  without('a', 'b', 'c');
  await one.replaceLost();
  expect(kept.seats).toEqual({ [region]: { a: 50 } });
  edges = [...edges, edge(region, { id: 'd' })];
  await one.replaceLost();
  expect(kept.seats).toEqual({ [region]: { d: 50 } });
});

test('nothing stays prepared where the media may not be any more, also edges that are well', async () => {
  meeting = { ...meeting, settings: { allowedRegions: ['us-east-1'] } };
  now = begun(['a']);
  await replica('one').replaceLost();
  expect(kept.seats).toEqual({});
  expect(done).toEqual(['one replaced', 'one planned', 'one told']);
});

test('what is lost where the media may not be any more is let go of, with no other edge in its place', async () => {
  without('a');
  meeting = { ...meeting, settings: { allowedRegions: ['us-east-1'] } };
  await replica('one').replaceLost();
  expect(kept.seats).toEqual({});
});

test('no other edge is prepared for a meeting that has ended', async () => {
  without('a');
  meeting = { ...meeting, status: 'ended' };
  await replica('one').replaceLost();
  expect(done).toEqual([]);
});

test('whoever does not hear edges replaces none: cut off, just connected again, or deaf', async () => {
  const one = replica('one');
  clock.advance(60_000);
  without('a');
  const deaf = [
    { connected: false },
    { connectedAt: clock.now() - limits.reconnectGraceMs + 1 },
    { heardAnythingAt: clock.now() - limits.silentAfterMs },
  ];
  for (const given of deaf) {
    hearing = { one: given };
    await one.replaceLost();
  }
  expect(done).toEqual([]);
  await replica('two').replaceLost();
  expect(kept.seats).toEqual({ [region]: { b: 50 } });
  hearing = { one: { connectedAt: clock.now() - limits.reconnectGraceMs } };
  kept = { ...kept, seats: { [region]: { a: 50 } } };
  await one.replaceLost();
  expect(kept.seats).toEqual({ [region]: { b: 50 } });
});

test('a plan that could not be made when an edge was replaced is made at the next look, by any replica', async () => {
  now = begun(['a']);
  without('a');
  unplannable = true;
  await replica('one').replaceLost();
  expect(done).toEqual(['one replaced']);
  unplannable = false;
  const two = replica('two');
  await two.replaceLost();
  await two.replaceLost();
  expect(done).toEqual(['one replaced', 'two planned']);
});

test('a loss is seen to soon after it is heard of, and what no change tells at the next look', async () => {
  const one = replica('one');
  const stop = one.run();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  without('a');
  for (const edgeId of ['a', 'a']) one.edgeChanged({ kind: 'died', edgeId });
  clock.advance(soonMs);
  await settled();
  expect(kept.seats).toEqual({ [region]: { b: 50 } });
  edges = edges.map((each) => (each.id === 'b' ? { ...each, overloaded: true } : each));
  one.edgeChanged({ kind: 'recovered', edgeId: 'c' });
  clock.advance(soonMs);
  await settled();
  expect(kept.seats).toEqual({ [region]: { b: 50 } });
  clock.advance(lookEveryMs);
  await settled();
  stop();
  expect(kept.seats).toEqual({ [region]: { c: 50 } });
});
