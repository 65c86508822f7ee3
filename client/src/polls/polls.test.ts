import { type Poll, PollStatus } from '@canopy/proto/polls';
import { MeetingSnapshot, type Reply } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { describe, expect, it } from 'vitest';
import { Polls } from './polls.ts';

const poll = (sequence: number, change: Partial<Poll> = {}): Poll => ({
  id: `p${sequence}`,
  sequence,
  question: 'Lunch?',
  options: ['Soup', 'Salad'],
  multiple: false,
  anonymous: false,
  status: PollStatus.OPEN,
  ownChoices: [],
  ...change,
});

const results = { pollId: 'p1', counts: [1, 2], voters: 3 };

/** Polls over a server that has these; `during` happens while the list is under way. */
function pollsOf(kept: Poll[], during: () => void = () => {}) {
  const polls = new Polls(async (request): Promise<Reply> => {
    if (request.listPolls === undefined) return { id: 1, done: {} };
    const list = [...kept];
    during();
    return { id: 1, pollList: { polls: list } };
  });
  const opened: string[] = [];
  const shared: string[] = [];
  polls.events.on('opened', ({ id }) => opened.push(id));
  polls.events.on('shared', ({ id }) => shared.push(id));
  return { polls, opened, shared };
}

describe('polls', () => {
  it('keep one’s choice and results that were told before, and take over those that are shared', async () => {
    const { polls } = pollsOf([poll(1, { ownChoices: [0] })]);
    await polls.load();
    polls.apply({ pollResults: results }, true);
    polls.apply({ poll: poll(1, { status: PollStatus.CLOSED }) }, true);
    expect(polls.view.polls).toMatchObject([{ status: PollStatus.CLOSED, ownChoices: [0], results }]);
    const shared = { ...results, counts: [2, 2] };
    polls.apply({ poll: poll(1, { status: PollStatus.SHARED, results: shared }) }, true);
    expect(polls.view.polls).toMatchObject([{ ownChoices: [0], results: shared }]);
    await polls.vote('p1', [1]);
    expect(polls.view.polls).toMatchObject([{ ownChoices: [1] }]);
  });

  it('say once that one was opened or its results are shared, and not when that was missed and is told later', () => {
    const { polls, opened, shared } = pollsOf([]);
    polls.apply({ poll: poll(1, { status: PollStatus.PREPARED }) }, true);
    polls.apply({ poll: poll(1) }, true);
    polls.apply({ poll: poll(1) }, true);
    polls.apply({ poll: poll(2) }, false);
    expect([opened, polls.view.polls.map(({ id }) => id)]).toEqual([['p1'], ['p1', 'p2']]);
    polls.apply({ poll: poll(1, { status: PollStatus.CLOSED }) }, true);
    polls.apply({ poll: poll(1, { status: PollStatus.SHARED, results }) }, true);
    polls.apply({ poll: poll(1, { status: PollStatus.SHARED, results }) }, true);
    polls.apply({ poll: poll(2, { status: PollStatus.SHARED, results }) }, false);
    expect([opened, shared]).toEqual([['p1'], ['p1']]);
  });

  it('keep what was told while the list was under way, which knows less', async () => {
    const heard = () => {
      polls.apply({ poll: poll(1, { status: PollStatus.CLOSED }) }, true);
      polls.apply({ pollDeleted: { pollId: 'p2' } }, true);
    };
    const { polls } = pollsOf([poll(1, { ownChoices: [1] }), poll(2)], heard);
    await polls.load();
    expect(polls.view.polls).toMatchObject([{ id: 'p1', status: PollStatus.CLOSED, ownChoices: [1] }]);
  });

  it('are loaded when the connection is back, if they could not be before', async () => {
    const failures = [new CanopyError('TIMEOUT'), new CanopyError('TIMEOUT')];
    const { polls } = pollsOf([poll(1)], () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    });
    await expect(polls.load()).rejects.toThrow();
    polls.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm' }));
    await expect.poll(() => failures).toEqual([]);
    polls.resumed();
    await expect.poll(() => polls.view.polls).toMatchObject([{ id: 'p1' }]);
  });

  it('of another meeting are others', async () => {
    const { polls } = pollsOf([poll(1)]);
    polls.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm' }));
    await polls.load();
    expect(polls.view.polls).toHaveLength(1);
    polls.adopt(MeetingSnapshot.fromPartial({ meetingId: 'room' }));
    expect(polls.view.polls).toEqual([]);
  });
});
