import { meetingPath, type PageQuery, queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';
import type { AskOptions } from './questions.ts';

/** A question to the stage. */
export interface QuestionInfo {
  id: string;
  /** null: it was asked without a name. */
  asker: { id: string; name: string } | null;
  text: string;
  /** ISO 8601. */
  askedAt: string;
  status: 'open' | 'answering' | 'answered' | 'dismissed';
  answer: string | null;
  answeredBy: string | null;
  votes: number;
  /** The caller asked it. */
  mine: boolean;
  /** The caller voted for it. */
  voted: boolean;
}

/** Questions to the stage over REST: for whom the meeting belongs to, and with a join token for who is in it. In a meeting, `meeting.questions` does the same. */
export class QuestionsApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** The newest first, at most 100; attendees are listed what the meeting's rules let them see. */
  list(meetingId: string, page: PageQuery = {}): Promise<{ questions: QuestionInfo[]; nextCursor: string | null }> {
    return this.#call('GET', `${meetingPath(meetingId, 'questions')}${queryOf(page)}`);
  }

  /** With a join token. Rejects with QUESTIONS_CLOSED, ANONYMITY_REFUSED, TEXT_EMPTY, TEXT_TOO_LONG or QUESTION_LIMIT_REACHED. */
  ask(meetingId: string, text: string, options: AskOptions = {}): Promise<QuestionInfo> {
    return this.#call('POST', meetingPath(meetingId, 'questions'), { ...options, text });
  }

  /** With a join token: gives a vote, or takes it back. */
  async vote(meetingId: string, questionId: string, on = true): Promise<void> {
    await this.#call(on ? 'PUT' : 'DELETE', meetingPath(meetingId, 'questions', questionId, 'vote'));
  }

  /** For who asked it, and for whom the meeting belongs to. */
  async withdraw(meetingId: string, questionId: string): Promise<void> {
    await this.#call('DELETE', meetingPath(meetingId, 'questions', questionId));
  }

  /** Says that it is being answered aloud. For the stage and whom the meeting belongs to, like all below. */
  answerLive(meetingId: string, questionId: string): Promise<QuestionInfo> {
    return this.#handle(meetingId, questionId, { action: 'answer-live' });
  }

  /** In text, or without: it was answered aloud. */
  answer(meetingId: string, questionId: string, text = ''): Promise<QuestionInfo> {
    return this.#handle(meetingId, questionId, { action: 'answer', answer: text });
  }

  /** Only the stage sees it from then on, and who asked. */
  dismiss(meetingId: string, questionId: string): Promise<QuestionInfo> {
    return this.#handle(meetingId, questionId, { action: 'dismiss' });
  }

  /** It waits for an answer again; one in text is gone. */
  reopen(meetingId: string, questionId: string): Promise<QuestionInfo> {
    return this.#handle(meetingId, questionId, { action: 'reopen' });
  }

  #handle(meetingId: string, questionId: string, how: { action: string; answer?: string }): Promise<QuestionInfo> {
    return this.#call('PATCH', meetingPath(meetingId, 'questions', questionId), how);
  }
}
