import { type Question, QuestionAction, QuestionStatus } from '@canopy/proto/questions';
import { AudienceGroup, type MeetingEvent } from '@canopy/proto/signal';
import {
  isPublic,
  type QuestionActionName,
  type QuestionSetting,
  type QuestionStatusName,
  questionActions,
  questionStatuses,
  type StoredQuestion,
} from './question.ts';

const wireStatuses = {
  open: QuestionStatus.OPEN,
  answering: QuestionStatus.ANSWERING,
  answered: QuestionStatus.ANSWERED,
  dismissed: QuestionStatus.DISMISSED,
} as const satisfies Record<QuestionStatusName, QuestionStatus>;

const wireActions = {
  'answer-live': QuestionAction.ANSWER_LIVE,
  answer: QuestionAction.ANSWER,
  dismiss: QuestionAction.DISMISS,
  reopen: QuestionAction.REOPEN,
} as const satisfies Record<QuestionActionName, QuestionAction>;

/** Undefined for one that is none. */
export function questionActionOfWire(action: QuestionAction): QuestionActionName | undefined {
  return questionActions.find((name) => wireActions[name] === action);
}

/** The reverse of what {@link questionToWire} does with a status. */
export function questionStatusOfWire(status: QuestionStatus): QuestionStatusName {
  return questionStatuses.find((name) => wireStatuses[name] === status) ?? 'open';
}

/** A question as it travels. Who asked an anonymous one does not. */
export function questionToWire(
  { id, sequence, askerId, askerName, anonymous, text, askedAt, status, answer, answeredBy, votes }: StoredQuestion,
  { mine, voted }: { mine: boolean; voted: boolean } = { mine: false, voted: false },
): Question {
  return {
    id,
    sequence,
    askerId: anonymous ? '' : askerId,
    askerName,
    text,
    askedAtMs: askedAt,
    status: wireStatuses[status],
    answer,
    answeredBy,
    votes,
    mine,
    voted,
  };
}

/** What is told when a question is asked, or something became of it: each of it to those who may see it. */
export function eventsOf(stored: StoredQuestion, setting: QuestionSetting, wasPublic: boolean): MeetingEvent[] {
  const question = questionToWire(stored);
  if (isPublic(stored, setting)) return [{ question }];
  return [
    ...(wasPublic ? [{ questionRemoved: { questionId: stored.id } }] : []),
    { question, audience: { group: AudienceGroup.STAGE, participantIds: [] } },
    // By itself: the audience of an event is told with it, and the asker may be anonymous.
    { question, audience: { group: AudienceGroup.UNSPECIFIED, participantIds: [stored.askerId] } },
  ];
}

/** How many votes a question has, and whether everybody may see it. */
export interface VoteCount {
  questionId: string;
  votes: number;
  isPublic: boolean;
}

export function voteCountOf(question: StoredQuestion, setting: QuestionSetting): VoteCount {
  return { questionId: question.id, votes: question.votes, isPublic: isPublic(question, setting) };
}

/** What is told of votes: of questions that are not for everybody, only to the stage. */
export function voteEventsOf(counted: readonly VoteCount[]): MeetingEvent[] {
  const countsOf = (some: readonly VoteCount[]) => some.map(({ questionId, votes }) => ({ questionId, votes }));
  const forAll = countsOf(counted.filter((count) => count.isPublic));
  const forStage = countsOf(counted.filter((count) => !count.isPublic));
  const stage = { group: AudienceGroup.STAGE, participantIds: [] };
  return [
    ...(forAll.length > 0 ? [{ questionVotes: { counts: forAll } }] : []),
    ...(forStage.length > 0 ? [{ questionVotes: { counts: forStage }, audience: stage }] : []),
  ];
}
