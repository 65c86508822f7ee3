import { type Poll, PollAction, type PollResults, PollStatus, type PollVotePage } from '@canopy/proto/polls';
import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Ask, Feature } from '../feature.ts';
import { WantedLoad } from '../wanted-load.ts';

/** What is known of a meeting's polls, at one moment. Immutable. */
export interface PollsView {
  /** The oldest first. Prepared ones, and results before they are shared, are known to hosts and cohosts. */
  readonly polls: readonly Poll[];
}

export type PollsEvents = {
  changed: PollsView;
  /** Everybody is asked from now on. */
  opened: Poll;
  /** Everybody sees the results from now on. */
  shared: Poll;
};

export interface PollDraft {
  question: string;
  /** 2 to 10, no two the same. */
  options: string[];
  /** Several may be chosen. Default false. */
  multiple?: boolean;
  /** Nobody is told who chose what. Default false. */
  anonymous?: boolean;
  /** A UUID. Sent again with the same one, because the answer was lost, it is the same poll. */
  id?: string;
}

/** Polls: hosts and cohosts ask, everybody votes. `load` brings those that are there already; from then on the view follows. */
export class Polls implements Feature {
  readonly events = new Emitter<PollsEvents>();
  readonly #ask: Ask;
  readonly #list = new WantedLoad('polls', () => this.#load());
  #view: PollsView = { polls: [] };
  /** Polls that were told of while a list was under way, which knows less of them. */
  #news: Set<string> | undefined;
  #meetingId: string | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  get view(): PollsView {
    return this.#view;
  }

  /** All there are for this participant; hosts and cohosts see more, so somebody who became one loads again. */
  load(): Promise<void> {
    return this.#list.load();
  }

  /** Prepares one. For hosts and cohosts, like all that changes a poll: rejects with FORBIDDEN for others; or with TEXT_EMPTY, TEXT_TOO_LONG, BAD_REQUEST or POLL_LIMIT_REACHED. */
  async create({ multiple = false, anonymous = false, id = crypto.randomUUID(), ...draft }: PollDraft): Promise<void> {
    await this.#ask({ createPoll: { ...draft, id, multiple, anonymous } });
  }

  /** Everybody is asked. Rejects with POLL_STATUS_CONFLICT unless it is prepared. */
  async open(pollId: string): Promise<void> {
    await this.#control(pollId, PollAction.OPEN);
  }

  /** Nobody votes any more. Rejects with POLL_STATUS_CONFLICT unless it is open. */
  async close(pollId: string): Promise<void> {
    await this.#control(pollId, PollAction.CLOSE);
  }

  /** Everybody sees the results. Rejects with POLL_STATUS_CONFLICT unless it is closed. */
  async share(pollId: string): Promise<void> {
    await this.#control(pollId, PollAction.SHARE);
  }

  async delete(pollId: string): Promise<void> {
    await this.#control(pollId, PollAction.DELETE);
  }

  /** Indexes of options, in place of what was chosen before. Rejects with POLL_NOT_FOUND, POLL_NOT_OPEN, BAD_REQUEST or RATE_LIMITED. */
  async vote(pollId: string, choices: readonly number[]): Promise<void> {
    await this.#ask({ votePoll: { pollId, choices: [...choices] } });
    this.#change(pollId, (poll) => ({ ...poll, ownChoices: [...choices] }));
  }

  /** Who chose what, a page at a time. For hosts and cohosts; rejects with FORBIDDEN for others, and if it is anonymous. */
  async votes(pollId: string, cursor = ''): Promise<PollVotePage> {
    const { pollVotePage } = await this.#ask({ listPollVotes: { pollId, cursor, limit: 0 } });
    if (pollVotePage === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    return pollVotePage;
  }

  /** What was missed is not brought as events: loads anew, once it was asked to. */
  adopt({ meetingId }: MeetingSnapshot): void {
    if (meetingId !== this.#meetingId) this.#set([]);
    this.#meetingId = meetingId;
    this.#list.loadAnew();
  }

  /** The connection is back: what could not be loaded without it is loaded now. */
  resumed(): void {
    this.#list.resumed();
  }

  apply({ poll, pollResults, pollDeleted }: MeetingEvent, live: boolean): void {
    if (poll !== undefined) this.#hear(poll, live);
    if (pollResults !== undefined) this.#tallied(pollResults);
    if (pollDeleted === undefined) return;
    this.#news?.add(pollDeleted.pollId);
    this.#set(this.#view.polls.filter(({ id }) => id !== pollDeleted.pollId));
  }

  async #load(): Promise<void> {
    const meetingId = this.#meetingId;
    const news = new Set<string>();
    this.#news = news;
    const { pollList } = await this.#ask({ listPolls: {} });
    if (pollList === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    if (this.#news !== news || this.#meetingId !== meetingId) return;
    this.#news = undefined;
    const listed = new Map(pollList.polls.map((poll) => [poll.id, poll]));
    const newer = this.#view.polls.filter(({ id }) => news.has(id)).map((poll) => withOwn(poll, listed.get(poll.id)));
    this.#set([...pollList.polls.filter(({ id }) => !news.has(id)), ...newer]);
  }

  #hear(poll: Poll, live: boolean): void {
    const known = this.#view.polls.find(({ id }) => id === poll.id);
    const now = withOwn(poll, known);
    this.#news?.add(poll.id);
    this.#set([...this.#view.polls.filter(({ id }) => id !== poll.id), now]);
    if (!live || known?.status === poll.status) return;
    if (poll.status === PollStatus.OPEN) this.events.emit('opened', now);
    if (poll.status === PollStatus.SHARED) this.events.emit('shared', now);
  }

  #tallied(results: PollResults): void {
    this.#change(results.pollId, (poll) => ({ ...poll, results }));
  }

  async #control(pollId: string, action: PollAction): Promise<void> {
    await this.#ask({ controlPoll: { pollId, action } });
  }

  #change(pollId: string, to: (poll: Poll) => Poll): void {
    this.#set(this.#view.polls.map((poll) => (poll.id === pollId ? to(poll) : poll)));
  }

  #set(polls: readonly Poll[]): void {
    this.#view = { polls: [...polls].sort((a, b) => a.sequence - b.sequence) };
    this.events.emit('changed', this.#view);
  }
}

/** What one chose, and results that only some are told, are not in what everybody is told of a poll. */
function withOwn(poll: Poll, known: Poll | undefined): Poll {
  const results = poll.results ?? known?.results;
  return { ...poll, ...(results && { results }), ownChoices: known?.ownChoices ?? poll.ownChoices };
}
