import type { PollVote } from '@canopy/proto/polls';
import type { PollStatusName, StoredPoll, Tally } from '../../core/polls/poll.ts';

export type NewPoll = Omit<StoredPoll, 'sequence' | 'status' | 'results'>;

/** The polls of meetings. Errors: STATE_UNAVAILABLE. */
export interface PollRecords {
  /** Returns the poll as it is kept: the one that is there already if its id is known. Errors: POLL_LIMIT_REACHED. */
  add(poll: NewPoll, most: number): Promise<StoredPoll>;
  find(meetingId: string, pollId: string): Promise<StoredPoll | undefined>;
  /** The oldest first. */
  list(meetingId: string): Promise<readonly StoredPoll[]>;
  /**
   * Undefined if it is not (any more) what it is moved on from. What is closed keeps its results; of an anonymous one
   * nothing else stays.
   */
  moveOn(meetingId: string, pollId: string, from: PollStatusName, to: PollStatusName): Promise<StoredPoll | undefined>;
  /** With its votes. */
  remove(meetingId: string, pollId: string): Promise<void>;
  /** In place of what this participant chose before. False if the poll is not open. */
  vote(meetingId: string, pollId: string, vote: PollVote): Promise<boolean>;
  /** Counted now. */
  tally(poll: StoredPoll): Promise<Tally>;
  /** By poll, what somebody chose. */
  choicesOf(meetingId: string, participantId: string): Promise<ReadonlyMap<string, readonly number[]>>;
  /** In the order of participant ids, of those after one. */
  votes(meetingId: string, pollId: string, after: string, limit: number): Promise<readonly PollVote[]>;
}
