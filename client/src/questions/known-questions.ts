import type { Question, QuestionPage, QuestionVotes } from '@canopy/proto/questions';

/** The questions that are known. Never changed in place. */
export interface KnownQuestions {
  readonly byId: ReadonlyMap<string, Question>;
  /** Ids of those this participant asked, and of those it voted for: events do not say. */
  readonly own: ReadonlySet<string>;
  readonly voted: ReadonlySet<string>;
  /** Where the next older page begins; '' before the first one came. */
  readonly cursor: string;
  /** There are older ones. */
  readonly more: boolean;
}

export const noQuestions: KnownQuestions = {
  byId: new Map(),
  own: new Set(),
  voted: new Set(),
  cursor: '',
  more: true,
};

/** Those first that got most votes, then the oldest. */
export function ranked({ byId, own, voted }: KnownQuestions): Question[] {
  return [...byId.values()]
    .map((question) => ({ ...question, mine: own.has(question.id), voted: voted.has(question.id) }))
    .sort((a, b) => b.votes - a.votes || a.sequence - b.sequence);
}

/** A question that is new, or is another now. */
export function withQuestion(state: KnownQuestions, question: Question): KnownQuestions {
  return withMarks({ ...state, byId: new Map(state.byId).set(question.id, question) }, [question]);
}

export function withoutQuestion(state: KnownQuestions, questionId: string): KnownQuestions {
  const byId = new Map(state.byId);
  byId.delete(questionId);
  return { ...state, byId };
}

/** Votes for questions of pages that were not loaded yet come with the page. */
export function withVotes(state: KnownQuestions, { counts }: QuestionVotes): KnownQuestions {
  const byId = new Map(state.byId);
  for (const { questionId, votes } of counts) {
    const question = byId.get(questionId);
    if (question !== undefined) byId.set(questionId, { ...question, votes });
  }
  return { ...state, byId };
}

/** This participant voted, or took it back; the count follows. */
export function withOwnVote(state: KnownQuestions, questionId: string, on: boolean): KnownQuestions {
  const voted = new Set(state.voted);
  if (on) voted.add(questionId);
  else voted.delete(questionId);
  return { ...state, voted };
}

/** The newest page replaces what is known, older ones add to it. Of questions that were told of since it was asked for (`news`), the page knows less. */
export function withPage(state: KnownQuestions, page: QuestionPage, news: ReadonlySet<string>): KnownQuestions {
  const isFirst = state.cursor === '';
  const kept = [...state.byId].filter(([id]) => !isFirst || news.has(id));
  const added = page.questions.filter(({ id }) => !news.has(id)).map((question) => [question.id, question] as const);
  const rest = page.nextCursor === '' ? { cursor: 'none', more: false } : { cursor: page.nextCursor, more: true };
  return withMarks({ ...state, byId: new Map([...kept, ...added]), ...rest }, page.questions);
}

function withMarks(state: KnownQuestions, questions: readonly Question[]): KnownQuestions {
  const idsOf = (some: readonly Question[]) => some.map(({ id }) => id);
  const own = new Set([...state.own, ...idsOf(questions.filter(({ mine }) => mine))]);
  const voted = new Set([...state.voted, ...idsOf(questions.filter((question) => question.voted))]);
  return { ...state, own, voted };
}
