import { randomUUID } from 'node:crypto';
import { pollBounds } from '@canopy/proto/conversation';
import type { Poll, PollList, PollVotePage } from '@canopy/proto/polls';
import type { MeetingEvent } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { cleanLines } from '../../core/meeting/text.ts';
import {
  checkedChoices,
  isShownTo,
  mostPolls,
  type PollActionName,
  pollVotesPerPage,
  type StoredPoll,
  type Tally,
  wayOf,
} from '../../core/polls/poll.ts';
import { eventsOf, pollToWire } from '../../core/polls/wire.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { PollRecords } from './ports.ts';
import type { ResultsTelling } from './results-telling.ts';

export interface PollsDeps {
  access: Pick<Access, 'require' | 'may'>;
  records: PollRecords;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  telling: Pick<ResultsTelling, 'soon'>;
  limits: { vote: Limiter; manage: Limiter };
}

/** What a poll is to be. */
export interface PollDraft {
  /** Given again, it is the same poll; undefined: a new one. */
  id: string | undefined;
  question: string;
  options: readonly string[];
  multiple: boolean;
  anonymous: boolean;
}

/** Polls: kept first, then told. Every method may fail with STATE_UNAVAILABLE, those that change something with MEETING_ENDED. */
export class Polls {
  readonly #deps: PollsDeps;

  constructor(deps: PollsDeps) {
    this.#deps = deps;
  }

  /** Prepares one. Errors: FORBIDDEN, TEXT_EMPTY, TEXT_TOO_LONG, BAD_REQUEST (options that are the same), POLL_LIMIT_REACHED, RATE_LIMITED. */
  async create(caller: Caller, { id, question, options, multiple, anonymous }: PollDraft): Promise<Poll> {
    const { meeting } = caller;
    await this.#requireManager(caller);
    const cleaned = options.map((option) => cleanedText(option, pollBounds.option));
    if (new Set(cleaned).size < cleaned.length) throw new CanopyError('BAD_REQUEST', 'Two options are the same.');
    const kept = await this.#deps.records.add(
      {
        id: id ?? randomUUID(),
        meetingId: meeting.id,
        question: cleanedText(question, pollBounds.question),
        options: cleaned,
        multiple,
        anonymous,
      },
      mostPolls,
    );
    await this.#tell(meeting.id, eventsOf(kept));
    return pollToWire(kept, kept.results);
  }

  /** Opens, closes or shares it. Errors: FORBIDDEN, POLL_NOT_FOUND, POLL_STATUS_CONFLICT, RATE_LIMITED. */
  async moveOn(caller: Caller, pollId: string, action: PollActionName): Promise<Poll> {
    const { meeting } = caller;
    await this.#requireManager(caller);
    found(await this.#deps.records.find(meeting.id, pollId));
    const { from, to } = wayOf(action);
    const moved = await this.#deps.records.moveOn(meeting.id, pollId, from, to);
    if (moved === undefined) throw new CanopyError('POLL_STATUS_CONFLICT');
    await this.#tell(meeting.id, eventsOf(moved));
    return pollToWire(moved, await this.#tallyFor(moved, true));
  }

  /** Errors: FORBIDDEN, POLL_NOT_FOUND, RATE_LIMITED. */
  async remove(caller: Caller, pollId: string): Promise<void> {
    const { meeting } = caller;
    await this.#requireManager(caller);
    found(await this.#deps.records.find(meeting.id, pollId));
    await this.#deps.records.remove(meeting.id, pollId);
    await this.#tell(meeting.id, [{ pollDeleted: { pollId } }]);
  }

  /** In place of what was chosen before. Errors: POLL_NOT_FOUND, POLL_NOT_OPEN, BAD_REQUEST, RATE_LIMITED. */
  async vote(caller: Caller, pollId: string, choices: readonly number[]): Promise<void> {
    const { meeting, principal, name } = caller;
    this.#deps.access.require(principal, { action: 'poll.vote', meeting });
    if (principal.kind !== 'participant') throw new CanopyError('FORBIDDEN');
    const poll = found(await this.#deps.records.find(meeting.id, pollId));
    if (!isShownTo(poll, this.#manages(caller))) throw new CanopyError('POLL_NOT_FOUND');
    const chosen = checkedChoices(poll, choices);
    await this.#deps.limits.vote(keyOf(caller));
    const { participantId } = principal;
    const vote = { participantId, name, choices: chosen };
    if (!(await this.#deps.records.vote(meeting.id, pollId, vote))) throw new CanopyError('POLL_NOT_OPEN');
    this.#deps.telling.soon(meeting.id, pollId);
  }

  /** The oldest first; each with the results, if the caller may see them. */
  async list(caller: Caller): Promise<PollList> {
    const { meeting, principal } = caller;
    this.#deps.access.require(principal, { action: 'poll.read', meeting });
    const manages = this.#manages(caller);
    const polls = (await this.#deps.records.list(meeting.id)).filter((poll) => isShownTo(poll, manages));
    const choices =
      principal.kind === 'participant' && polls.length > 0
        ? await this.#deps.records.choicesOf(meeting.id, principal.participantId)
        : undefined;
    const listed = polls.map(async (poll) =>
      pollToWire(poll, await this.#tallyFor(poll, manages), choices?.get(poll.id)),
    );
    return { polls: await Promise.all(listed) };
  }

  /** Who chose what. Errors: FORBIDDEN (also: the poll is anonymous), POLL_NOT_FOUND. */
  async votes(caller: Caller, pollId: string, cursor: string, limit: number): Promise<PollVotePage> {
    const { meeting, principal } = caller;
    this.#deps.access.require(principal, { action: 'poll.manage', meeting });
    const poll = found(await this.#deps.records.find(meeting.id, pollId));
    if (poll.anonymous) throw new CanopyError('FORBIDDEN', 'This poll is anonymous.');
    const most = limit === 0 ? pollVotesPerPage.usual : limit;
    const votes = await this.#deps.records.votes(meeting.id, pollId, cursor, most + 1);
    const shown = votes.slice(0, most);
    return { votes: shown, nextCursor: votes.length > most ? (shown.at(-1)?.participantId ?? '') : '' };
  }

  async #tallyFor(poll: StoredPoll, manages: boolean): Promise<Tally | undefined> {
    if (poll.status === 'open' && manages) return await this.#deps.records.tally(poll);
    return manages || poll.status === 'shared' ? poll.results : undefined;
  }

  async #requireManager(caller: Caller): Promise<void> {
    this.#deps.access.require(caller.principal, { action: 'poll.manage', meeting: caller.meeting });
    if (caller.principal.kind === 'participant') await this.#deps.limits.manage(keyOf(caller));
  }

  #manages({ principal, meeting }: Caller): boolean {
    return this.#deps.access.may(principal, { action: 'poll.manage', meeting });
  }

  async #tell(meetingId: string, events: readonly MeetingEvent[]): Promise<void> {
    this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, events));
  }
}

function keyOf({ meeting, principal }: Caller): string {
  return `${meeting.id}:${principal.kind === 'participant' ? principal.participantId : ''}`;
}

function cleanedText(text: string, longest: number): string {
  const clean = cleanLines(text, longest);
  if (clean === undefined) throw new CanopyError('TEXT_TOO_LONG');
  if (clean === '') throw new CanopyError('TEXT_EMPTY');
  return clean.replaceAll('\n', ' ');
}

function found(poll: StoredPoll | undefined): StoredPoll {
  if (poll === undefined) throw new CanopyError('POLL_NOT_FOUND');
  return poll;
}
