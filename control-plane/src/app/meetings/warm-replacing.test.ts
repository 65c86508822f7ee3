import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, expect, test } from 'vitest';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { edge } from '../../core/placement/testing/builders.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import type { Warmth } from './warm-edges.ts';
import { WarmReplacing } from './warm-replacing.ts';

const region = 'eu-central-1';
const soonMs = 200;
const lookEveryMs = 5_000;

let clock: VirtualClock;
let edges: EdgeCandidate[];
/** What all replicas share. */
let kept: Warmth;
let meeting: Meeting;
/** Whether the store of plans is away. */
let unplannable: boolean;
/** How often the meeting's row was read, and which replica did what, in order. */
let reads: number;
let done: string[];

beforeEach(() => {
  clock = new VirtualClock();
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
    store: {
      usage: async () => ({ usage: { participants: new Map(), originIds: [] }, plan: undefined, profile: undefined }),
    },
    edges: { candidates: () => edges },
    planning: {
      async ensure(meetingId) {
        if (unplannable) throw new CanopyError('STATE_UNAVAILABLE');
        done.push(`${name} planned`);
        return { meetingId, epoch: 1, cascades: new Map(), unreached: [], backup: 'warm' };
      },
    },
    keeping: { tell: async () => void done.push(`${name} told`) },
    overloadThreshold: 0.85,
    clock,
    logger: silentLogger,
  });
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

test('no other edge is prepared where the media may not be any more, nor for a meeting that has ended', async () => {
  const one = replica('one');
  without('a');
  meeting = { ...meeting, settings: { allowedRegions: ['us-east-1'] } };
  await one.replaceLost();
  meeting = { ...meeting, settings: {}, status: 'ended' };
  await one.replaceLost();
  expect(done).toEqual([]);
});

test('a plan that could not be made is made at the next look', async () => {
  const one = replica('one');
  without('a');
  unplannable = true;
  await one.replaceLost();
  unplannable = false;
  await one.replaceLost();
  await one.replaceLost();
  expect(done).toEqual(['one replaced', 'one planned', 'one told']);
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
