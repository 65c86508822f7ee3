import type { MeetingEvent } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import type { StoredPoll, Tally } from '../../core/polls/poll.ts';
import { ResultsTelling } from './results-telling.ts';

const tallyOf = (voters: number): Tally => ({ counts: [voters], voters });

const open: StoredPoll = {
  id: 'poll',
  meetingId: 'meeting',
  sequence: 1,
  question: 'Tea?',
  options: ['Yes'],
  multiple: false,
  anonymous: true,
  status: 'open',
  results: undefined,
};

it('leaves the results that count as the last word on a poll that is closed meanwhile', async () => {
  let poll = open;
  const told: MeetingEvent[] = [];
  const clock = new VirtualClock();
  const telling = new ResultsTelling({
    records: { find: async () => poll, tally: async () => tallyOf(1) },
    store: {
      async tell(_meeting, events) {
        poll = { ...poll, status: 'closed', results: tallyOf(2) };
        told.push(...events);
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    clock,
    logger: silentLogger,
  });
  for (let vote = 0; vote < 3; vote += 1) telling.soon('meeting', 'poll');
  await expect
    .poll(() => {
      clock.advance(1_000);
      return told.map(({ pollResults }) => pollResults?.voters);
    })
    .toEqual([1, 2]);
});

it('tells once more what another replica counted later and may have told sooner', async () => {
  let voters = 1;
  const told: MeetingEvent[] = [];
  const clock = new VirtualClock();
  const telling = new ResultsTelling({
    records: { find: async () => open, tally: async () => tallyOf(voters) },
    store: {
      async tell(_meeting, events) {
        // As if the other's were there already.
        voters = 2;
        told.push(...events);
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    clock,
    logger: silentLogger,
  });
  telling.soon('meeting', 'poll');
  await expect
    .poll(() => {
      clock.advance(1_000);
      return told.map(({ pollResults }) => pollResults?.voters);
    })
    .toEqual([1, 2]);
});
