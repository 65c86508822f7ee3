import { type Question, QuestionAction, type QuestionMode } from '@canopy/proto/questions';
import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import type { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Ask, Feature } from '../feature.ts';
import type { ReadMarks } from '../unread.ts';
import { UnreadView } from '../unread-view.ts';
import { WantedLoad } from '../wanted-load.ts';
import {
  type KnownQuestions,
  noQuestions,
  ranked,
  withOwnVote,
  withoutQuestion,
  withPage,
  withQuestion,
  withVotes,
} from './known-questions.ts';

/** What is known of a meeting's questions, at one moment. Immutable. */
export interface QuestionsView {
  /** Those first that got most votes, then the oldest. */
  readonly questions: readonly Question[];
  /** `loadMore` would bring older ones. */
  readonly more: boolean;
  /** How many questions of others came since this participant last read (`markRead`). Who is here for the first time has read what the first page brings. */
  readonly unread: number;
}

export type QuestionsEvents = {
  changed: QuestionsView;
};

export interface AskOptions {
  /** Nobody is told whose question it is; where the meeting's rules allow it. */
  anonymous?: boolean;
  /** A UUID. Asked again with the same one, because the answer was lost, it is the same question. */
  id?: string;
}

/** Questions to the stage. Hears everything from the join on; `loadMore` brings what was asked before. Whether questions are taken is in the rules (`meeting.moderation`). */
export class Questions implements Feature {
  readonly events: Emitter<QuestionsEvents>;
  readonly #ask: Ask;
  readonly #shown: UnreadView<Omit<QuestionsView, 'unread'>>;
  readonly #pages = new WantedLoad('questions', () => this.#loadOnce());
  #known: KnownQuestions = noQuestions;
  #loading: Promise<void> | undefined;
  /** Questions that were told of while a page was under way. */
  readonly #news = new Set<string>();
  #meetingId: string | undefined;
  #mode: QuestionMode | undefined;
  /** How often it began anew. */
  #beginnings = 0;

  constructor(ask: Ask, marks: ReadMarks) {
    this.#ask = ask;
    this.#shown = new UnreadView(marks, { questions: [], more: true });
    this.events = this.#shown.events;
  }

  get view(): QuestionsView {
    return this.#shown.view;
  }

  /** Rejects with QUESTIONS_CLOSED, ANONYMITY_REFUSED, TEXT_EMPTY, TEXT_TOO_LONG, QUESTION_LIMIT_REACHED or RATE_LIMITED. */
  async ask(text: string, { anonymous = false, id = crypto.randomUUID() }: AskOptions = {}): Promise<void> {
    const { question } = await this.#ask({ askQuestion: { id, text, anonymous } });
    if (question === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    this.#hear(question);
  }

  /** Gives a vote, or takes it back. Rejects with QUESTION_NOT_FOUND, QUESTIONS_CLOSED or RATE_LIMITED. */
  async vote(questionId: string, on: boolean): Promise<void> {
    await this.#ask({ voteQuestion: { questionId, on } });
    this.#set(withOwnVote(this.#known, questionId, on));
  }

  /** One's own. Rejects with QUESTION_NOT_FOUND or FORBIDDEN. */
  async withdraw(questionId: string): Promise<void> {
    await this.#ask({ withdrawQuestion: { questionId } });
  }

  /** Says that it is being answered aloud. For the stage, like all below: rejects with FORBIDDEN for others. */
  async answerLive(questionId: string): Promise<void> {
    await this.#handle(questionId, QuestionAction.ANSWER_LIVE);
  }

  /** In text, or without: it was answered aloud. */
  async answer(questionId: string, text = ''): Promise<void> {
    await this.#handle(questionId, QuestionAction.ANSWER, text);
  }

  /** Only the stage sees it from then on, and who asked. */
  async dismiss(questionId: string): Promise<void> {
    await this.#handle(questionId, QuestionAction.DISMISS);
  }

  /** It waits for an answer again; one in text is gone. */
  async reopen(questionId: string): Promise<void> {
    await this.#handle(questionId, QuestionAction.REOPEN);
  }

  /** One more page of what was asked before; nothing if all of it is known. */
  loadMore(): Promise<void> {
    return this.#pages.load();
  }

  /** This participant has read all there is. An app that shows them calls it with each change. */
  markRead(): void {
    this.#shown.markRead();
  }

  /** What was missed is not brought as events: begins anew with the newest page, once one was asked for. */
  adopt({ meetingId, rules }: MeetingSnapshot): void {
    const isOther = meetingId !== this.#meetingId;
    if (isOther) this.#shown.turnTo(`${meetingId} questions`);
    this.#meetingId = meetingId;
    this.#mode = rules?.questions;
    this.#beginAnew(isOther ? noQuestions : this.#known);
  }

  /** The connection is back: what could not be loaded without it is loaded now. */
  resumed(): void {
    this.#pages.resumed();
  }

  apply({ question, questionVotes, questionRemoved, meetingUpdated }: MeetingEvent): void {
    if (question !== undefined) this.#hear(question);
    if (questionVotes !== undefined) this.#set(withVotes(this.#known, questionVotes));
    if (questionRemoved !== undefined) {
      this.#news.add(questionRemoved.questionId);
      this.#set(withoutQuestion(this.#known, questionRemoved.questionId));
    }
    const mode = meetingUpdated?.rules?.questions;
    if (mode === undefined || mode === this.#mode) return;
    // Other questions are for everybody now.
    this.#mode = mode;
    this.#beginAnew(this.#known);
  }

  #hear(question: Question): void {
    this.#news.add(question.id);
    this.#set(withQuestion(this.#known, question));
  }

  async #handle(questionId: string, action: QuestionAction, answer = ''): Promise<void> {
    await this.#ask({ handleQuestion: { questionId, action, answer } });
  }

  #beginAnew(known: KnownQuestions): void {
    this.#beginnings += 1;
    this.#set({ ...known, cursor: '', more: true });
    this.#pages.loadAnew();
  }

  #loadOnce(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const { cursor, more } = this.#known;
    if (!more) return;
    const beginnings = this.#beginnings;
    this.#news.clear();
    const { questionPage } = await this.#ask({ listQuestions: { cursor, limit: 0 } });
    if (questionPage === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    // It began anew meanwhile.
    if (this.#beginnings !== beginnings) return await this.#load();
    this.#set(withPage(this.#known, questionPage, this.#news));
  }

  #set(known: KnownQuestions): void {
    this.#known = known;
    const questions = ranked(known);
    const ofOthers = questions.filter(({ mine }) => !mine);
    this.#shown.show({ questions, more: known.more }, ofOthers, known.cursor !== '');
  }
}
