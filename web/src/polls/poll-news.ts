import { type Poll, PollStatus } from '@canopy/client';

/** That a poll was opened, or its results are shared. */
export interface PollNews {
  pollId: string;
  what: 'opened' | 'shared';
}

/** Whether it is open and waits for this person. */
export function isWaiting({ status, ownChoices }: Poll): boolean {
  return status === PollStatus.OPEN && ownChoices.length === 0;
}

/** What to say after this was heard: results take no place from a poll that still waits for this person. */
export function newest(before: PollNews | null, heard: PollNews, polls: readonly Poll[]): PollNews {
  const asks = before?.what === 'opened' && polls.some((poll) => poll.id === before.pollId && isWaiting(poll));
  return asks && heard.what === 'shared' ? before : heard;
}
