import { type Question, QuestionStatus } from '@canopy/client';
import { expect, test } from 'vitest';
import { noNewAnswers, withAnswers } from './new-answers.ts';

const question = (id: string, status: QuestionStatus, mine = true): Question => ({
  id,
  sequence: 1,
  askerId: 'ada',
  askerName: 'Ada',
  text: id,
  askedAtMs: 0,
  status,
  answer: '',
  answeredBy: '',
  votes: 0,
  mine,
  voted: false,
});

const { OPEN, ANSWERING, ANSWERED } = QuestionStatus;

test('an answer to one’s own question is news until one looks', () => {
  const asked = withAnswers(noNewAnswers, [question('own', OPEN), question('other', OPEN, false)], false);
  const answering = withAnswers(asked, [question('own', ANSWERING), question('other', OPEN, false)], false);
  expect(answering).toBe(asked);
  const now = [question('own', ANSWERED), question('other', ANSWERED, false)];
  const answered = withAnswers(answering, now, false);
  expect(answered).toMatchObject({ unread: new Set(['own']), newest: [{ id: 'own' }] });
  expect(withAnswers(answered, now, false)).toBe(answered);
  const read = withAnswers(answered, now, true);
  expect(read.unread).toEqual(new Set());
  expect(withAnswers(read, now, false)).toBe(read);
});

test('what was answered before one came is no news, what was while one was away is', () => {
  expect(withAnswers(noNewAnswers, [question('own', ANSWERED)], false)).toBe(noNewAnswers);
  const asked = withAnswers(noNewAnswers, [question('own', OPEN)], false);
  const away = withAnswers(asked, [], false);
  expect(withAnswers(away, [question('own', ANSWERED)], false).unread).toEqual(new Set(['own']));
});

test('a question that was opened again may be answered again; who looks is told as well', () => {
  const states = [OPEN, ANSWERED, OPEN, ANSWERED].map((status) => question('own', status));
  const all = states.reduce((before, now) => withAnswers(before, [now], false), noNewAnswers);
  expect(all.unread).toEqual(new Set(['own']));
  const openAgain = withAnswers(all, [question('own', OPEN)], false);
  expect(openAgain).toMatchObject({ unread: new Set(), newest: [] });
  const asked = withAnswers(noNewAnswers, [question('own', OPEN)], true);
  expect(withAnswers(asked, [question('own', ANSWERED)], true)).toMatchObject({
    unread: new Set(),
    newest: [{ id: 'own' }],
  });
});

test('of two answers in one moment neither is lost', () => {
  const both = (status: QuestionStatus) => [question('first', status), question('second', status)];
  const answered = withAnswers(withAnswers(noNewAnswers, both(OPEN), false), both(ANSWERED), false);
  expect(answered.newest).toMatchObject([{ id: 'first' }, { id: 'second' }]);
  const openAgain = [question('first', OPEN), question('second', ANSWERED)];
  expect(withAnswers(answered, openAgain, false).newest).toMatchObject([{ id: 'second' }]);
});
