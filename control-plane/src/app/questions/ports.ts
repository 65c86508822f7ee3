import type { Reader } from '../../core/access/reader.ts';
import type { QuestionSetting, StoredQuestion } from '../../core/questions/question.ts';

export type NewQuestion = Pick<StoredQuestion, 'id' | 'meetingId' | 'askerId' | 'askerName' | 'anonymous' | 'text'>;

/** What was asked in meetings. Errors: STATE_UNAVAILABLE. */
export interface QuestionRecords {
  /** Returns the question as it is kept: the one that is there already if its id is known. Errors: QUESTION_LIMIT_REACHED. */
  add(question: NewQuestion, limits: { ofPerson: number; ofMeeting: number }): Promise<StoredQuestion>;
  find(meetingId: string, questionId: string): Promise<StoredQuestion | undefined>;
  /** What a reader may see, the newest first, of those before a sequence number. */
  page(
    meetingId: string,
    reader: Reader,
    setting: QuestionSetting,
    before: number | undefined,
    limit: number,
  ): Promise<readonly StoredQuestion[]>;
  /** Those of the questions that somebody voted for. */
  votedFor(meetingId: string, participantId: string, questionIds: readonly string[]): Promise<ReadonlySet<string>>;
  change(
    meetingId: string,
    questionId: string,
    to: Pick<StoredQuestion, 'status' | 'answer' | 'answeredBy'>,
  ): Promise<StoredQuestion | undefined>;
  /** With its votes. */
  remove(meetingId: string, questionId: string): Promise<void>;
  /** Gives a vote or takes it back; false if it was so already. */
  vote(meetingId: string, questionId: string, participantId: string, on: boolean): Promise<boolean>;
  /** As they are now, of those that are still there. */
  list(meetingId: string, questionIds: readonly string[]): Promise<readonly StoredQuestion[]>;
}
