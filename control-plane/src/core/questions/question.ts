import type { Reader } from '../access/reader.ts';
import { canPublish, type RoleName } from '../meeting/roles.ts';

/** Whether questions are taken, and whether attendees see those without an answer. */
export const questionSettings = ['everyone', 'answered', 'off'] as const;
export type QuestionSetting = (typeof questionSettings)[number];

export const questionStatuses = ['open', 'answering', 'answered', 'dismissed'] as const;
export type QuestionStatusName = (typeof questionStatuses)[number];

/** What the stage does with a question. */
export const questionActions = ['answer-live', 'answer', 'dismiss', 'reopen'] as const;
export type QuestionActionName = (typeof questionActions)[number];

/** Questions on one page, where the asker does not say how many, and at most. */
export const questionsPerPage = { usual: 100, most: 100 } as const;

/** Questions there may be, of one person and in one meeting. */
export const questionLimits = { ofPerson: 20, ofMeeting: 1_000 } as const;

/** A question as the database keeps it. Times are Unix ms. */
export interface StoredQuestion {
  id: string;
  meetingId: string;
  /** Grows with each question. */
  sequence: number;
  /** Known of anonymous ones too, so that who asked can withdraw it; never told. */
  askerId: string;
  /** '' of anonymous ones. */
  askerName: string;
  anonymous: boolean;
  text: string;
  askedAt: number;
  status: QuestionStatusName;
  /** '': none in text. */
  answer: string;
  /** Who answers or answered; '': nobody, or the meeting's owner through the API. */
  answeredBy: string;
  votes: number;
}

/** Whether everybody in the meeting may see it. */
export function isPublic({ status }: Pick<StoredQuestion, 'status'>, setting: QuestionSetting): boolean {
  return publicStatuses(setting).includes(status);
}

/** Questions of these are for everybody. */
export function publicStatuses(setting: QuestionSetting): readonly QuestionStatusName[] {
  return setting === 'everyone' ? ['open', 'answering', 'answered'] : ['answering', 'answered'];
}

/** The stage sees all, everybody their own. */
export function isVisibleTo(
  question: Pick<StoredQuestion, 'status' | 'askerId'>,
  setting: QuestionSetting,
  reader: Reader,
): boolean {
  return seesAll(reader) || question.askerId === reader.participantId || isPublic(question, setting);
}

/** Whether a reader sees every question, whatever becomes of it. */
export function seesAll(
  reader: Reader,
): reader is 'owner' | { participantId: string; role: Exclude<RoleName, 'attendee'> } {
  return reader === 'owner' || canPublish(reader.role);
}

/** What a question is after somebody on stage did something with it; they may change their minds at any time. */
export function handled(
  question: Pick<StoredQuestion, 'answer' | 'answeredBy'>,
  action: QuestionActionName,
  { name, answer }: { name: string; answer: string },
): Pick<StoredQuestion, 'status' | 'answer' | 'answeredBy'> {
  switch (action) {
    case 'answer-live':
      return { status: 'answering', answer: '', answeredBy: name };
    case 'answer':
      return { status: 'answered', answer, answeredBy: name };
    case 'dismiss':
      return { status: 'dismissed', answer: question.answer, answeredBy: question.answeredBy };
    case 'reopen':
      return { status: 'open', answer: '', answeredBy: '' };
  }
}
