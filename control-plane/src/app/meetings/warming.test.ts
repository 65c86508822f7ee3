import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { edge } from '../../core/placement/testing/builders.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import type { MeetingNow } from '../session/meeting-state-store.ts';
import type { Warmth } from './warm-edges.ts';
import { Warming } from './warming.ts';

const minutes = 60_000;
const lookEveryMs = 30_000;

const webinar: Meeting = {
  id: 'webinar',
  title: 'Webinar',
  mode: 'webinar',
  settings: { expectedAudience: { 'eu-central-1': 50 } },
  revision: 0,
  apiKeyId: 'key',
  hostId: undefined,
  status: 'scheduled',
  startTime: 5 * minutes,
  createdAt: 0,
  passwordHash: undefined,
  linkRevision: 0,
};

const nobodyThere = {
  usage: { participants: new Map<string, number>(), originIds: [] },
  plan: undefined,
  profile: undefined,
};

let clock: VirtualClock;
/** What is scheduled. */
let scheduled: Meeting;
let edges: EdgeCandidate[];
/** What is prepared, and who is there. */
let kept: Warmth | undefined;
let now: MeetingNow;
/** Replicas whose store is away. */
let cutOff: Set<string>;
/** Who prepared, in order. */
let prepared: string[];
/** Until when nobody is the first with a key: what all replicas share. */
let taken: Map<string, number>;

beforeEach(() => {
  [clock, scheduled, cutOff, prepared, taken] = [new VirtualClock(), webinar, new Set(), [], new Map()];
  [edges, kept, now] = [[edge('eu-central-1')], undefined, nobodyThere];
});

function replica(name: string): Warming {
  const take = async (key: string, forMs: number) => void taken.set(key, clock.now() + forMs);
  return new Warming({
    access: { require: () => {} },
    records: { find: async () => scheduled, startingBetween: async () => [scheduled] },
    edges: { candidates: () => edges },
    warm: {
      async keepWarm(_meetingId, warmth) {
        if (cutOff.has(name)) throw new CanopyError('STATE_UNAVAILABLE');
        prepared.push(name);
        kept = warmth;
      },
      find: async () => kept,
    },
    store: { usage: async () => now },
    planning: { ensure: async (meetingId) => emptyPlan(meetingId), shrinkSoon: () => {} },
    keeping: { tell: async () => {} },
    overloadThreshold: 0.85,
    async isFirst(key, forMs) {
      if ((taken.get(key) ?? 0) > clock.now()) return false;
      await take(key, forMs);
      return true;
    },
    done: take,
    clock,
    logger: silentLogger,
  });
}

function emptyPlan(meetingId: string) {
  return { meetingId, epoch: 1, cascades: new Map(), unreached: [], backup: 'warm' as const };
}

describe('a scheduled meeting that names its audience', () => {
  test('is prepared once, by replicas that look at different times as well', async () => {
    const [one, two] = [replica('one'), replica('two')];
    await one.prepareScheduled();
    for (let look = 0; look < 10; look += 1) {
      clock.advance(lookEveryMs / 2);
      await two.prepareScheduled();
      clock.advance(lookEveryMs / 2);
      await one.prepareScheduled();
    }
    expect(prepared).toEqual(['one']);
  });

  test('is tried again by the same replica if that did not work', async () => {
    const one = replica('one');
    cutOff.add('one');
    await one.prepareScheduled();
    expect(prepared).toEqual([]);
    cutOff.clear();
    clock.advance(lookEveryMs);
    await one.prepareScheduled();
    expect(prepared).toEqual(['one']);
  });

  test('is prepared again for another audience, if that is changed meanwhile', async () => {
    const one = replica('one');
    await one.prepareScheduled();
    scheduled = { ...webinar, settings: { expectedAudience: { 'eu-central-1': 500 } } };
    for (let look = 0; look < 3; look += 1) {
      clock.advance(lookEveryMs);
      await one.prepareScheduled();
    }
    expect(prepared).toEqual(['one', 'one']);
  });

  test('is prepared by another replica if one of them can not', async () => {
    const [one, two] = [replica('one'), replica('two')];
    cutOff.add('one');
    await one.prepareScheduled();
    clock.advance(lookEveryMs);
    await two.prepareScheduled();
    expect(prepared).toEqual(['two']);
  });
});

describe('a meeting that is prepared again', () => {
  const region = 'eu-central-1';
  const audience = { [region]: 50 };
  const host: Principal = { kind: 'user', userId: 'host' };
  /** Takes 85 people while it is idle. */
  const small = (id: string, reportedLoad: number) => edge(region, { id, reportedLoad, loadPerParticipant: 0.01 });

  test('is told for whom there is no room by now, and those who are there have theirs', async () => {
    const one = replica('one');
    edges = [small('a', 0)];
    expect(await one.warm(host, webinar.id, audience)).toMatchObject({ edgeIds: ['a'], short: {} });
    edges = [small('a', 0.745)];
    expect(await one.warm(host, webinar.id, audience)).toMatchObject({ edgeIds: ['a'], short: { [region]: 40 } });
    now = { ...nobodyThere, usage: { participants: new Map([['a', 15]]), originIds: [] } };
    expect(await one.warm(host, webinar.id, audience)).toMatchObject({ edgeIds: ['a'], short: { [region]: 25 } });
    edges = [small('a', 0.745), small('b', 0)];
    expect(await one.warm(host, webinar.id, audience)).toMatchObject({ edgeIds: ['a', 'b'], short: {} });
  });

  test('has nothing prepared any more where its media may not be by now', async () => {
    const one = replica('one');
    await one.warm(host, webinar.id, audience);
    expect(kept?.seats).toEqual({ [region]: { [region]: 50 } });
    scheduled = { ...webinar, settings: { allowedRegions: ['us-east-1'] } };
    expect(await one.warm(host, webinar.id, audience)).toMatchObject({ edgeIds: [], short: audience });
    expect(kept?.seats).toEqual({});
  });
});
