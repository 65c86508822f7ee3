import type { MeetingEvent } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import type { StoredQuestion } from '../../core/questions/question.ts';
import { VoteTelling } from './vote-telling.ts';

const question = (id: string, votes = 1): StoredQuestion => ({
  id,
  meetingId: 'meeting',
  sequence: 1,
  askerId: 'ada',
  askerName: 'Ada',
  anonymous: false,
  text: 'Why?',
  askedAt: 0,
  status: 'open',
  answer: '',
  answeredBy: '',
  votes,
});

it('tells later of all that got votes while nobody could be told', async () => {
  const told: MeetingEvent[] = [];
  const failures = [new CanopyError('STATE_UNAVAILABLE')];
  const clock = new VirtualClock();
  const telling = new VoteTelling({
    records: { list: async (_meeting, ids) => ids.map((id) => question(id)) },
    store: {
      async tell(_meeting, events) {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        told.push(...events);
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    clock,
    logger: silentLogger,
  });
  telling.soon('meeting', 'one', 'everyone');
  clock.advance(1_000);
  await expect.poll(() => failures).toEqual([]);
  telling.soon('meeting', 'two', 'everyone');
  await expect
    .poll(() => {
      clock.advance(1_000);
      return told.flatMap(({ questionVotes }) => questionVotes?.counts.map(({ questionId }) => questionId) ?? []);
    })
    .toEqual(['one', 'two']);
});

it('tells once more what another replica counted later and may have told sooner', async () => {
  const votes = new Map([
    ['one', 1],
    ['two', 1],
  ]);
  const told: MeetingEvent[] = [];
  const clock = new VirtualClock();
  const telling = new VoteTelling({
    records: { list: async (_meeting, ids) => ids.map((id) => question(id, votes.get(id))) },
    store: {
      async tell(_meeting, events) {
        // As if the other's were there already.
        votes.set('two', 2);
        told.push(...events);
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    clock,
    logger: silentLogger,
  });
  for (const id of votes.keys()) telling.soon('meeting', id, 'everyone');
  await expect
    .poll(() => {
      clock.advance(1_000);
      return told.map(({ questionVotes }) => questionVotes?.counts.map(({ questionId, votes: n }) => [questionId, n]));
    })
    .toEqual([
      [
        ['one', 1],
        ['two', 1],
      ],
      [['two', 2]],
    ]);
});
