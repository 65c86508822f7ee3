import type { MeetingEvent } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { Coalescing } from './coalescing.ts';

const gatherMs = 1_000;

/** What is stored, by id, and what is told of it. */
function telling(stored: Map<string, number>, beforeTelling: () => void = () => {}) {
  const clock = new VirtualClock();
  const told: [string, number][][] = [];
  const deps = {
    store: {
      async tell(_meeting: string, events: readonly MeetingEvent[]) {
        beforeTelling();
        told.push(
          events.map(({ chatReactions }) => [chatReactions?.messageId ?? '', chatReactions?.reactions.length ?? 0]),
        );
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    clock,
    logger: silentLogger,
  };
  const coalescing = new Coalescing<null, [string, number]>(deps, {
    gatherMs,
    read: async (_meeting, things) => new Map([...stored].filter(([id]) => things.has(id)).map((one) => [one[0], one])),
    eventsOf: (counts) =>
      counts.map(([messageId, count]) => ({
        chatReactions: {
          messageId,
          reactions: Array.from({ length: count }, () => ({ emoji: '', count, mine: false })),
        },
      })),
  });
  /** What was told by the end of so many moments. */
  const after = async (moments: number) => {
    for (let moment = 0; moment < moments; moment += 1) {
      clock.advance(gatherMs);
      // What it does then takes some turns.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return told;
  };
  return { coalescing, after };
}

it('tells of everything that changed in a moment at once, and of what is gone nothing', async () => {
  const { coalescing, after } = telling(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  );
  for (const id of ['a', 'b', 'a', 'gone']) coalescing.soon('meeting', id, null);
  expect(await after(3)).toEqual([
    [
      ['a', 1],
      ['b', 2],
    ],
  ]);
});

it('tells what changed once more by what is known since then, not by what was known when it was first told', async () => {
  const stored = new Map([['a', 1]]);
  const known: string[] = [];
  const clock = new VirtualClock();
  const coalescing = new Coalescing<string, number>(
    {
      store: { tell: async () => ({ events: [] }) },
      rooms: { changed: () => {} },
      clock,
      logger: silentLogger,
    },
    {
      gatherMs,
      async read(_meeting, things) {
        known.push(...things.values());
        // In the middle of the second look somebody changes it, and how it is told.
        if (known.length === 2) coalescing.soon('meeting', 'a', 'new');
        return new Map([['a', stored.set('a', known.length).get('a') ?? 0]]);
      },
      eventsOf: () => [],
    },
  );
  coalescing.soon('meeting', 'a', 'old');
  for (let moment = 0; moment < 2; moment += 1) {
    clock.advance(gatherMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(known.slice(0, 3)).toEqual(['old', 'old', 'new']);
});

it('tries again while the store is away, with what changed meanwhile, and not when the meeting is over', async () => {
  const failures = [new CanopyError('STATE_UNAVAILABLE'), undefined, new CanopyError('MEETING_ENDED')];
  const { coalescing, after } = telling(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
  );
  coalescing.soon('meeting', 'a', null);
  expect(await after(1)).toEqual([]);
  coalescing.soon('meeting', 'b', null);
  expect(await after(1)).toEqual([
    [
      ['a', 1],
      ['b', 2],
    ],
  ]);
  coalescing.soon('meeting', 'a', null);
  expect(await after(3)).toHaveLength(1);
});

it('tells once more of what another replica stored later and may have told sooner, and only of that', async () => {
  const stored = new Map([
    ['a', 1],
    ['b', 1],
  ]);
  const { coalescing, after } = telling(stored, () => stored.set('b', 2));
  for (const id of stored.keys()) coalescing.soon('meeting', id, null);
  expect(await after(4)).toEqual([
    [
      ['a', 1],
      ['b', 1],
    ],
    [['b', 2]],
  ]);
});
