import { type Question, QuestionMode, QuestionStatus } from '@canopy/proto/questions';
import { MeetingSnapshot, MeetingUpdated, type Reply } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { describe, expect, it } from 'vitest';
import type { Request } from '../signal/request-socket.ts';
import { Questions } from './questions.ts';

const question = (sequence: number, change: Partial<Question> = {}): Question => ({
  id: `q${sequence}`,
  sequence,
  askerId: 'ada',
  askerName: 'Ada',
  text: `${sequence}`,
  askedAtMs: sequence,
  status: QuestionStatus.OPEN,
  answer: '',
  answeredBy: '',
  votes: 0,
  mine: false,
  voted: false,
  ...change,
});

const votesFor = (questionId: string, votes: number) => ({ questionVotes: { counts: [{ questionId, votes }] } });

/** Questions over a server that has these, two on a page; `during` happens while a page is under way. */
function questionsOf(kept: Question[], during: () => void = () => {}) {
  const asked: Request[] = [];
  const questions = new Questions(async (request): Promise<Reply> => {
    asked.push(request);
    if (request.askQuestion !== undefined)
      return { id: 1, question: question(9, { id: request.askQuestion.id, mine: true }) };
    if (request.listQuestions === undefined) return { id: 1, done: {} };
    const before = Number(request.listQuestions.cursor || Number.POSITIVE_INFINITY);
    const found = kept.filter(({ sequence }) => sequence < before).reverse();
    const page = found.slice(0, 2);
    during();
    const nextCursor = found.length > 2 ? String(page.at(-1)?.sequence) : '';
    return { id: 1, questionPage: { questions: page, nextCursor } };
  }, new Map());
  const ids = () => questions.view.questions.map(({ id }) => id);
  return { questions, asked, ids };
}

describe('questions', () => {
  it('stand in the order of votes, then age, whatever page they came with', async () => {
    const { questions, ids } = questionsOf([question(1), question(2, { votes: 1 }), question(3), question(4)]);
    await questions.loadMore();
    expect([ids(), questions.view.more]).toEqual([['q3', 'q4'], true]);
    await questions.loadMore();
    expect([ids(), questions.view.more]).toEqual([['q2', 'q1', 'q3', 'q4'], false]);
    questions.apply(votesFor('q4', 5));
    expect(ids()).toEqual(['q4', 'q2', 'q1', 'q3']);
  });

  it('of others wait to be read until they are; one’s own never do', async () => {
    const { questions } = questionsOf([question(1)]);
    questions.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm' }));
    await questions.loadMore();
    questions.apply({ question: question(2) });
    await questions.ask('Mine?');
    expect(questions.view.unread).toBe(1);
    questions.markRead();
    expect(questions.view.unread).toBe(0);
  });

  it('are unread for nobody in the end whom another listener told that they were read', async () => {
    const { questions } = questionsOf([]);
    questions.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm' }));
    await questions.loadMore();
    questions.events.on('changed', () => questions.markRead());
    const told: number[] = [];
    questions.events.on('changed', ({ unread }) => told.push(unread));
    questions.apply({ question: question(1) });
    await Promise.resolve();
    expect(told).toEqual([1, 0]);
  });

  it('know which are one’s own and which one voted for, though events do not say', async () => {
    const { questions } = questionsOf([question(1, { mine: true, voted: true })]);
    await questions.loadMore();
    questions.apply({ question: question(1, { status: QuestionStatus.ANSWERED }) });
    expect(questions.view.questions).toMatchObject([{ status: QuestionStatus.ANSWERED, mine: true, voted: true }]);
    await questions.vote('q1', false);
    expect(questions.view.questions).toMatchObject([{ mine: true, voted: false }]);
    questions.apply({ questionRemoved: { questionId: 'q1' } });
    expect(questions.view.questions).toEqual([]);
    questions.apply({ question: question(1, { status: QuestionStatus.DISMISSED }) });
    expect(questions.view.questions).toMatchObject([{ mine: true }]);
    await questions.ask('New?', { id: 'new' });
    expect(questions.view.questions.find(({ id }) => id === 'new')?.mine).toBe(true);
  });

  it('keep what was told while a page was under way, which knows less', async () => {
    const heard = () => {
      questions.apply({ question: question(1, { answer: 'Now', status: QuestionStatus.ANSWERED }) });
      questions.apply({ questionRemoved: { questionId: 'q2' } });
    };
    const { questions } = questionsOf([question(1, { mine: true }), question(2)], heard);
    await questions.loadMore();
    expect(questions.view.questions).toMatchObject([{ id: 'q1', answer: 'Now', mine: true }]);
  });

  it('begin anew when events were missed, when others are for everybody, and in another meeting', async () => {
    const kept = [question(1)];
    const { questions, ids } = questionsOf(kept);
    const rules = { questions: QuestionMode.EVERYONE };
    questions.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm', rules }));
    await questions.loadMore();
    kept.push(question(2));
    questions.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm', rules }));
    await questions.loadMore();
    expect(ids()).toEqual(['q1', 'q2']);
    kept.shift();
    const meetingUpdated = MeetingUpdated.fromPartial({ rules: { questions: QuestionMode.ANSWERED } });
    questions.apply({ meetingUpdated });
    await questions.loadMore();
    expect(ids()).toEqual(['q2']);
    questions.adopt(MeetingSnapshot.fromPartial({ meetingId: 'room', rules }));
    expect(ids()).toEqual([]);
  });

  it('are loaded when the connection is back, if they could not be before', async () => {
    const failures = [new CanopyError('TIMEOUT'), new CanopyError('TIMEOUT')];
    const { questions, ids } = questionsOf([question(1)], () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    });
    await expect(questions.loadMore()).rejects.toThrow();
    questions.adopt(MeetingSnapshot.fromPartial({ meetingId: 'm' }));
    await expect.poll(() => failures).toEqual([]);
    questions.resumed();
    await expect.poll(ids).toEqual(['q1']);
  });
});
