import { meetingPath, type PageQuery, queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';
import type { PollDraft } from './polls.ts';

/** A poll. */
export interface PollInfo {
  id: string;
  question: string;
  options: string[];
  /** Several options may be chosen. */
  multiple: boolean;
  /** Nobody is told who chose what. */
  anonymous: boolean;
  /** It never goes back. */
  status: 'prepared' | 'open' | 'closed' | 'shared';
  /** How many chose each option; null: the caller may not see that yet. */
  results: { counts: number[]; voters: number } | null;
  /** Indexes of the options that the caller chose. */
  ownChoices: number[];
}

/** What somebody chose. */
export interface PollVoteInfo {
  participantId: string;
  name: string;
  /** Indexes of options. */
  choices: number[];
}

/** Polls over REST: for whom the meeting belongs to, and with a join token for who is in it. In a meeting, `meeting.polls` does the same. */
export class PollsApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** All that the caller may see, the oldest first. */
  async list(meetingId: string): Promise<PollInfo[]> {
    return (await this.#call<{ polls: PollInfo[] }>('GET', meetingPath(meetingId, 'polls'))).polls;
  }

  /** Prepares one. For whom the meeting belongs to, hosts and cohosts, like all that changes a poll. Rejects with TEXT_EMPTY, TEXT_TOO_LONG, BAD_REQUEST or POLL_LIMIT_REACHED. */
  create(meetingId: string, draft: PollDraft): Promise<PollInfo> {
    return this.#call('POST', meetingPath(meetingId, 'polls'), draft);
  }

  /** Everybody is asked. Rejects with POLL_STATUS_CONFLICT unless it is prepared. */
  open(meetingId: string, pollId: string): Promise<PollInfo> {
    return this.#moveOn(meetingId, pollId, 'open');
  }

  /** Nobody votes any more. Rejects with POLL_STATUS_CONFLICT unless it is open. */
  close(meetingId: string, pollId: string): Promise<PollInfo> {
    return this.#moveOn(meetingId, pollId, 'close');
  }

  /** Everybody sees the results. Rejects with POLL_STATUS_CONFLICT unless it is closed. */
  share(meetingId: string, pollId: string): Promise<PollInfo> {
    return this.#moveOn(meetingId, pollId, 'share');
  }

  /** With all votes. */
  async remove(meetingId: string, pollId: string): Promise<void> {
    await this.#call('DELETE', meetingPath(meetingId, 'polls', pollId));
  }

  /** With a join token: indexes of options, in place of what was chosen before. Rejects with POLL_NOT_OPEN or BAD_REQUEST. */
  async vote(meetingId: string, pollId: string, choices: readonly number[]): Promise<void> {
    await this.#call('PUT', meetingPath(meetingId, 'polls', pollId, 'vote'), { choices });
  }

  /** Who chose what, at most 200 on a page. Rejects with FORBIDDEN if it is anonymous. */
  votes(
    meetingId: string,
    pollId: string,
    page: PageQuery = {},
  ): Promise<{ votes: PollVoteInfo[]; nextCursor: string | null }> {
    return this.#call('GET', `${meetingPath(meetingId, 'polls', pollId, 'votes')}${queryOf(page)}`);
  }

  #moveOn(meetingId: string, pollId: string, action: string): Promise<PollInfo> {
    return this.#call('PATCH', meetingPath(meetingId, 'polls', pollId), { action });
  }
}
