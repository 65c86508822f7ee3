import { describe, expect, it } from 'vitest';
import { isToldOf } from '../access/audience.ts';
import { roleNames } from '../meeting/roles.ts';
import { checkedChoices, pollStatuses, type StoredPoll, wayOf } from './poll.ts';
import { eventsOf } from './wire.ts';

const poll = (change: Partial<StoredPoll> = {}): StoredPoll => ({
  id: 'p1',
  meetingId: 'm1',
  sequence: 1,
  question: 'Lunch?',
  options: ['Soup', 'Salad', 'Bread'],
  multiple: false,
  anonymous: false,
  status: 'open',
  results: undefined,
  ...change,
});

const tally = { counts: [1, 0, 2], voters: 3 };

describe('a poll', () => {
  it('takes one choice or several, as it says, each once and in order', () => {
    expect(checkedChoices(poll(), [2])).toEqual([2]);
    expect(checkedChoices(poll({ multiple: true }), [2, 0, 2])).toEqual([0, 2]);
    for (const choices of [[], [3], [-1], [0.5], [0, 1]])
      expect(() => checkedChoices(poll(), choices)).toThrowError(expect.objectContaining({ code: 'BAD_REQUEST' }));
  });

  it('goes from prepared to shared, a step at a time', () => {
    const ways = (['open', 'close', 'share'] as const).map(wayOf);
    expect(ways.map(({ from }) => from)).toEqual(['prepared', 'open', 'closed']);
    expect(ways.map(({ to }) => to)).toEqual(['open', 'closed', 'shared']);
  });

  it('is told to hosts alone while it is prepared, and so are its results until they are shared', () => {
    for (const status of pollStatuses) {
      const isClosed = status === 'closed' || status === 'shared';
      const events = eventsOf(poll({ status, results: isClosed ? tally : undefined }));
      for (const role of roleNames) {
        const told = events.filter((event) => isToldOf(event, { participantId: 'x', role }, 'webinar'));
        const manages = role === 'host' || role === 'cohost';
        const knows = told.some((event) => event.poll !== undefined);
        const knowsResults = told.some((event) => event.pollResults !== undefined || event.poll?.results !== undefined);
        expect([status, role, knows, knowsResults]).toEqual([
          status,
          role,
          manages || status !== 'prepared',
          status === 'shared' || (manages && status === 'closed'),
        ]);
      }
    }
  });
});
