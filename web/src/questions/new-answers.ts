import { type Question, QuestionStatus } from '@canopy/client';

/** What became of this person's questions while they are here. */
export interface NewAnswers {
  /** Ids of those that were not answered when last heard of. */
  readonly waiting: ReadonlySet<string>;
  /** Ids of those answered since they last looked. */
  readonly unread: ReadonlySet<string>;
  /** Those answered last, in one moment. */
  readonly newest: readonly Question[];
}

export const noNewAnswers: NewAnswers = { waiting: new Set(), unread: new Set(), newest: [] };

/** The same object while nothing changed. What was answered before they came is no news, and what is not known for a moment still waits. */
export function withAnswers(before: NewAnswers, questions: readonly Question[], looking: boolean): NewAnswers {
  const own = questions.filter(({ mine }) => mine);
  const isAnswered = ({ status }: Question) => status === QuestionStatus.ANSWERED;
  const fresh = own.filter((question) => isAnswered(question) && before.waiting.has(question.id));
  const asked = own.filter((question) => !isAnswered(question) && !before.waiting.has(question.id));
  const isRead = looking && before.unread.size > 0;
  if (fresh.length === 0 && asked.length === 0 && !isRead) return before;
  const waiting = new Set([...before.waiting, ...asked.map(({ id }) => id)]);
  for (const { id } of fresh) waiting.delete(id);
  const isOpenAgain = (id: string) => asked.some((question) => question.id === id);
  const unread = new Set(looking ? [] : [...before.unread, ...fresh.map(({ id }) => id)]);
  for (const { id } of asked) unread.delete(id);
  const newest = before.newest.filter(({ id }) => !isOpenAgain(id));
  return { waiting, unread, newest: fresh.length > 0 ? fresh : newest };
}
