import { randomUUID } from 'node:crypto';
import { longestMessage, longestQuestion } from '@canopy/proto/conversation';
import type { Question, QuestionPage } from '@canopy/proto/questions';
import type { MeetingEvent } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { beginOf, pageOf } from '../../core/meeting/pages.ts';
import { cleanLines } from '../../core/meeting/text.ts';
import {
  handled,
  isPublic,
  isVisibleTo,
  type QuestionActionName,
  type QuestionSetting,
  questionLimits,
  questionsPerPage,
  type StoredQuestion,
} from '../../core/questions/question.ts';
import { eventsOf, questionToWire } from '../../core/questions/wire.ts';
import type { Access } from '../access/access.ts';
import { type Caller, readerOf } from '../access/caller.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { QuestionRecords } from './ports.ts';
import type { VoteTelling } from './vote-telling.ts';

export interface QuestionsDeps {
  access: Pick<Access, 'require'>;
  records: QuestionRecords;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  telling: Pick<VoteTelling, 'soon'>;
  limits: { ask: Limiter; vote: Limiter; handle: Limiter };
}

/** What is to be asked. */
export interface QuestionDraft {
  /** Given again, it is the same question; undefined: a new one. */
  id: string | undefined;
  text: string;
  anonymous: boolean;
}

/** Questions to the stage: kept first, then told, each to those who may see it. Every method may fail with STATE_UNAVAILABLE, those that change something with MEETING_ENDED. */
export class Questions {
  readonly #deps: QuestionsDeps;

  constructor(deps: QuestionsDeps) {
    this.#deps = deps;
  }

  /** Errors: QUESTIONS_CLOSED, ANONYMITY_REFUSED, TEXT_EMPTY, TEXT_TOO_LONG, QUESTION_LIMIT_REACHED, RATE_LIMITED, BAD_REQUEST (the id is somebody else's). */
  async ask(caller: Caller, { id, text, anonymous }: QuestionDraft): Promise<Question> {
    const { meeting, principal } = caller;
    const setting = settingOf(caller);
    this.#deps.access.require(principal, { action: 'question.ask', meeting, setting });
    const askerId = participantIdOf(caller);
    if (anonymous && meeting.settings.anonymousQuestions !== true) throw new CanopyError('ANONYMITY_REFUSED');
    const clean = cleanLines(text, longestQuestion);
    if (clean === undefined) throw new CanopyError('TEXT_TOO_LONG');
    if (clean === '') throw new CanopyError('TEXT_EMPTY');
    await this.#deps.limits.ask(keyOf(caller));
    const kept = await this.#deps.records.add(
      {
        id: id ?? randomUUID(),
        meetingId: meeting.id,
        askerId,
        askerName: anonymous ? '' : caller.name,
        anonymous,
        text: clean,
      },
      questionLimits,
    );
    if (kept.askerId !== askerId) throw new CanopyError('BAD_REQUEST', 'There is a question with this id.');
    await this.#tell(meeting.id, eventsOf(kept, setting, false));
    return questionToWire(kept, { mine: true, voted: false });
  }

  /** Gives a vote or takes it back. Errors: QUESTION_NOT_FOUND, QUESTIONS_CLOSED, RATE_LIMITED. */
  async vote(caller: Caller, questionId: string, on: boolean): Promise<void> {
    const { meeting, principal } = caller;
    const setting = settingOf(caller);
    this.#deps.access.require(principal, { action: 'question.vote', meeting, setting });
    const participantId = participantIdOf(caller);
    const question = await this.#visible(caller, questionId);
    if (question.status === 'dismissed') throw new CanopyError('QUESTION_NOT_FOUND');
    await this.#deps.limits.vote(keyOf(caller));
    const changed = await this.#deps.records.vote(meeting.id, questionId, participantId, on);
    if (changed) this.#deps.telling.soon(meeting.id, questionId, setting);
  }

  /** Errors: QUESTION_NOT_FOUND, FORBIDDEN. */
  async withdraw(caller: Caller, questionId: string): Promise<void> {
    const { meeting, principal } = caller;
    const question = await this.#visible(caller, questionId);
    this.#deps.access.require(principal, { action: 'question.withdraw', meeting, authorId: question.askerId });
    await this.#deps.records.remove(meeting.id, questionId);
    await this.#tell(meeting.id, [{ questionRemoved: { questionId } }]);
  }

  /** `answer` is of an answer in text; '': it was answered aloud. Errors: FORBIDDEN, QUESTION_NOT_FOUND, TEXT_TOO_LONG, RATE_LIMITED. */
  async handle(caller: Caller, questionId: string, action: QuestionActionName, answer: string): Promise<Question> {
    const { meeting, principal, name } = caller;
    const setting = settingOf(caller);
    this.#deps.access.require(principal, { action: 'question.handle', meeting });
    const clean = cleanLines(answer, longestMessage);
    if (clean === undefined) throw new CanopyError('TEXT_TOO_LONG');
    if (principal.kind === 'participant') await this.#deps.limits.handle(keyOf(caller));
    const before = await this.#visible(caller, questionId);
    const to = handled(before, action, { name, answer: clean });
    const now = found(await this.#deps.records.change(meeting.id, questionId, to));
    await this.#tell(meeting.id, eventsOf(now, setting, isPublic(before, setting)));
    return questionToWire(now);
  }

  /** The newest first; `cursor` is of the page before. Errors: BAD_REQUEST (no cursor of ours). */
  async page(caller: Caller, cursor: string, limit: number): Promise<QuestionPage> {
    const { meeting, principal } = caller;
    this.#deps.access.require(principal, { action: 'question.read', meeting });
    const before = beginOf(cursor);
    const most = limit === 0 ? questionsPerPage.usual : limit;
    const reader = readerOf(caller);
    const questions = await this.#deps.records.page(meeting.id, reader, settingOf(caller), before, most + 1);
    const { shown, nextCursor } = pageOf(questions, most);
    const own = reader === 'owner' ? '' : reader.participantId;
    const ids = shown.map(({ id }) => id);
    const voted = await this.#deps.records.votedFor(meeting.id, own, ids);
    return {
      questions: shown.map((one) => questionToWire(one, { mine: one.askerId === own, voted: voted.has(one.id) })),
      nextCursor,
    };
  }

  /** What somebody may not see does not exist for them. */
  async #visible(caller: Caller, questionId: string): Promise<StoredQuestion> {
    this.#deps.access.require(caller.principal, { action: 'question.read', meeting: caller.meeting });
    const question = found(await this.#deps.records.find(caller.meeting.id, questionId));
    if (!isVisibleTo(question, settingOf(caller), readerOf(caller))) throw new CanopyError('QUESTION_NOT_FOUND');
    return question;
  }

  async #tell(meetingId: string, events: readonly MeetingEvent[]): Promise<void> {
    this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, events));
  }
}

function settingOf({ meeting }: Caller): QuestionSetting {
  return meeting.settings.questions ?? 'everyone';
}

function participantIdOf({ principal }: Caller): string {
  if (principal.kind !== 'participant') throw new CanopyError('FORBIDDEN');
  return principal.participantId;
}

function keyOf(caller: Caller): string {
  return `${caller.meeting.id}:${participantIdOf(caller)}`;
}

function found(question: StoredQuestion | undefined): StoredQuestion {
  if (question === undefined) throw new CanopyError('QUESTION_NOT_FOUND');
  return question;
}
