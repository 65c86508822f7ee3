import { type Poll, PollStatus } from '@canopy/client';
import { expect, test } from 'vitest';
import { newest, type PollNews } from './poll-news.ts';

const poll = (id: string, status: PollStatus, ownChoices: number[] = []): Poll => ({
  id,
  sequence: 1,
  question: id,
  options: ['yes', 'no'],
  multiple: false,
  anonymous: false,
  status,
  ownChoices,
});

const { OPEN, CLOSED, SHARED } = PollStatus;
const opened: PollNews = { pollId: 'lunch', what: 'opened' };
const shared: PollNews = { pollId: 'venue', what: 'shared' };
const venue = poll('venue', SHARED);

test('results take no place from a poll that still waits for this person', () => {
  expect(newest(opened, shared, [venue, poll('lunch', OPEN)])).toBe(opened);
});

test('results are told once this person voted, or the poll is closed or gone', () => {
  expect(newest(opened, shared, [venue, poll('lunch', OPEN, [1])])).toBe(shared);
  expect(newest(opened, shared, [venue, poll('lunch', CLOSED)])).toBe(shared);
  expect(newest(opened, shared, [venue])).toBe(shared);
});

test('a poll that is opened is always told', () => {
  const next: PollNews = { pollId: 'dinner', what: 'opened' };
  const polls = [venue, poll('lunch', OPEN), poll('dinner', OPEN)];
  for (const before of [null, opened, shared]) expect(newest(before, next, polls)).toBe(next);
});
