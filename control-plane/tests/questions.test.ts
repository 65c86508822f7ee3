import { randomUUID } from 'node:crypto';
import { longestQuestion } from '@canopy/proto/conversation';
import { type Question, QuestionAction, QuestionMode, QuestionStatus } from '@canopy/proto/questions';
import { describe, expect, it } from 'vitest';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person } from '../src/testing/people.ts';

const pair = pairForTests();

const asking = ({ client }: Person, text: string, { id = randomUUID() as string, anonymous = false } = {}) =>
  client.ask({ askQuestion: { id, text, anonymous } });

async function asked(person: Person, text: string, options = {}): Promise<Question> {
  const { question, error } = await asking(person, text, options);
  if (question === undefined) throw new Error(`not asked: ${error?.code}`);
  return question;
}

const voting = ({ client }: Person, questionId: string, on = true) => client.ask({ voteQuestion: { questionId, on } });

const handling = ({ client }: Person, questionId: string, action: QuestionAction, answer = '') =>
  client.ask({ handleQuestion: { questionId, action, answer } });

const withdrawing = ({ client }: Person, questionId: string) => client.ask({ withdrawQuestion: { questionId } });

async function listed({ client }: Person, limit = 0, cursor = '') {
  const { questionPage, error } = await client.ask({ listQuestions: { cursor, limit } });
  if (questionPage === undefined) throw new Error(`not listed: ${error?.code}`);
  return questionPage;
}

const textsFor = async (person: Person) => (await listed(person)).questions.map(({ text }) => text);

const untilTold = ({ client }: Person, id: string, status: QuestionStatus) =>
  client.untilEvent(({ question }) => question?.id === id && question.status === status);

const untilVotes = ({ client }: Person, id: string, votes: number) =>
  client.untilEvent(
    ({ questionVotes }) =>
      questionVotes?.counts.some((count) => count.questionId === id && count.votes === votes) ?? false,
  );

/** All that somebody was told of a question, as it went over the socket. */
const heardOf = ({ client }: Person, id: string) =>
  client.events().filter((event) => JSON.stringify(event).includes(id));

/** A webinar with its host on one replica, a panelist on the other and two who watch. */
async function webinar(settings: object = {}) {
  const meetingId = await newMeeting(pair.one.httpAddress, { mode: 'webinar', settings });
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
  const paul = await joined(pair.mesh, pair.two, meetingId, 'Paul', { role: 'panelist' });
  const ann = await joined(pair.mesh, pair.one, meetingId, 'Ann', { role: 'attendee' });
  const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'attendee' });
  return { meetingId, ada, paul, ann, ben };
}

describe('a question', () => {
  it('of an attendee reaches everybody on every replica, is answered by the stage, and is there for who comes later', async () => {
    const { meetingId, ada, paul, ann, ben } = await webinar();
    const script = '<script>alert(1)</script>\nReally?';
    const { id } = await asked(ann, ` ${script} `);
    const told = await untilTold(ben, id, QuestionStatus.OPEN);
    expect(told.question).toMatchObject({ text: script, askerName: 'Ann', votes: 0, mine: false });
    await handling(ada, id, QuestionAction.ANSWER_LIVE);
    expect((await untilTold(ben, id, QuestionStatus.ANSWERING)).question).toMatchObject({ answeredBy: 'Ada' });
    await handling(paul, id, QuestionAction.ANSWER, 'Yes.');
    expect((await untilTold(ann, id, QuestionStatus.ANSWERED)).question).toMatchObject({ answer: 'Yes.' });
    const late = await joined(pair.mesh, pair.two, meetingId, 'Late', { role: 'attendee' });
    expect((await listed(late)).questions).toMatchObject([{ id, answer: 'Yes.', answeredBy: 'Paul', mine: false }]);
    expect((await listed(ann)).questions).toMatchObject([{ id, mine: true }]);
    await handling(ada, id, QuestionAction.REOPEN);
    expect((await listed(late)).questions).toMatchObject([{ status: QuestionStatus.OPEN, answer: '' }]);
  });

  it('that is dismissed is gone for the audience, but for who asked it, and comes back when it is reopened', async () => {
    const { ada, paul, ann, ben } = await webinar();
    const { id } = await asked(ann, 'Off topic?');
    await untilTold(ben, id, QuestionStatus.OPEN);
    await handling(ada, id, QuestionAction.DISMISS);
    for (const person of [ada, paul, ann]) await untilTold(person, id, QuestionStatus.DISMISSED);
    await ben.client.untilEvent(({ questionRemoved }) => questionRemoved?.questionId === id);
    expect(await Promise.all([ada, paul, ann, ben].map(textsFor))).toEqual([
      ['Off topic?'],
      ['Off topic?'],
      ['Off topic?'],
      [],
    ]);
    expect((await voting(ben, id)).error?.code).toBe('QUESTION_NOT_FOUND');
    await handling(paul, id, QuestionAction.REOPEN);
    await expect.poll(() => heardOf(ben, id).filter((event) => event.question !== undefined).length).toBe(2);
    expect(await textsFor(ben)).toEqual(['Off topic?']);
    expect(heardOf(ben, id).some(({ question }) => question?.status === QuestionStatus.DISMISSED)).toBe(false);
  });

  it('is for the stage alone until it is answered, where the meeting says so', async () => {
    const { paul, ann, ben } = await webinar({ questions: 'answered' });
    const { id } = await asked(ann, 'May I?');
    await untilTold(paul, id, QuestionStatus.OPEN);
    expect([await textsFor(ann), await textsFor(ben)]).toEqual([['May I?'], []]);
    expect((await voting(ben, id)).error?.code).toBe('QUESTION_NOT_FOUND');
    await handling(paul, id, QuestionAction.ANSWER, 'You may.');
    await untilTold(ben, id, QuestionStatus.ANSWERED);
    expect(heardOf(ben, id)).toHaveLength(1);
  });

  it('without a name is nobody’s for everybody else, where the meeting lets people ask so', async () => {
    const { meetingId, ada, paul, ann, ben } = await webinar();
    expect((await asking(ann, 'Who, me?', { anonymous: true })).error?.code).toBe('ANONYMITY_REFUSED');
    await ada.client.ask({ changeRules: { anonymousQuestions: true } });
    const secret = { id: randomUUID(), anonymous: true };
    const refusal = async () => (await asking(ann, 'Who, me?', secret)).error?.code;
    await expect.poll(refusal, { interval: 200 }).toBeUndefined();
    const { id } = secret;
    await untilTold(ben, id, QuestionStatus.OPEN);
    await handling(ada, id, QuestionAction.DISMISS);
    await untilTold(paul, id, QuestionStatus.DISMISSED);
    for (const person of [ada, paul, ben]) expect(JSON.stringify(heardOf(person, id))).not.toContain(ann.participantId);
    expect(JSON.stringify(await listed(ada))).not.toMatch(new RegExp(`${ann.participantId}|Ann`));
    const overRest = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}/questions`);
    expect(overRest.body.questions).toMatchObject([{ id, asker: null }]);
    expect((await listed(ann)).questions).toMatchObject([{ id, mine: true }]);
    expect((await withdrawing(ann, id)).done).toBeDefined();
    expect(await textsFor(ada)).toEqual([]);
  });

  it('asked again, because the answer was lost, is the same question; with somebody else’s id it is refused', async () => {
    const { ann, ben } = await webinar();
    const first = await asked(ann, 'Once?');
    expect(await asked(ann, 'Once?', { id: first.id })).toEqual(first);
    expect((await asking(ben, 'Mine', { id: first.id })).error?.code).toBe('BAD_REQUEST');
    expect(await textsFor(ben)).toEqual(['Once?']);
  });
});

describe('votes', () => {
  it('of many at once are counted, each person’s once, and are taken back', async () => {
    const { ada, paul, ann, ben } = await webinar();
    const { id } = await asked(ann, 'When?');
    const all = [ada, paul, ann, ben];
    await Promise.all([...all, ...all].map((person) => voting(person, id)));
    for (const person of all) await untilVotes(person, id, 4);
    expect((await listed(ben)).questions).toMatchObject([{ votes: 4, voted: true }]);
    await voting(ben, id, false);
    await voting(ben, id, false);
    await untilVotes(ann, id, 3);
    expect((await listed(ben)).questions).toMatchObject([{ votes: 3, voted: false }]);
  });

  it('survive the replica that took them', async () => {
    const { meetingId, ada, ann } = await webinar();
    const { id } = await asked(ann, 'Still there?');
    const three = await pair.mesh.replica();
    const cleo = await joined(pair.mesh, three, meetingId, 'Cleo', { role: 'attendee' });
    await voting(cleo, id);
    await three[Symbol.asyncDispose]();
    await voting(ann, id);
    await untilVotes(ada, id, 2);
  });
});

describe('what is asked', () => {
  it('is listed a page at a time, the newest first', async () => {
    const { ada, ann, ben } = await webinar();
    for (const text of ['1', '2']) await asked(ann, text);
    for (const text of ['3', '4', '5']) await asked(ben, text);
    const pages: string[][] = [];
    let cursor = '';
    do {
      const page = await listed(ada, 2, cursor);
      pages.push(page.questions.map(({ text }) => text));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(pages).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect((await ada.client.ask({ listQuestions: { cursor: 'here', limit: 0 } })).error?.code).toBe('BAD_REQUEST');
  });

  it('has limits', async () => {
    const { ann, ben } = await webinar();
    expect((await asking(ann, ' \n ')).error?.code).toBe('TEXT_EMPTY');
    expect((await asking(ann, 'x'.repeat(longestQuestion + 1))).error?.code).toBe('TEXT_TOO_LONG');
    expect((await asking(ann, 'x', { id: 'mine' })).error?.code).toBe('MALFORMED_MESSAGE');
    const codes: unknown[] = [];
    for (let index = 0; index < 6; index++) codes.push((await asking(ben, `${index}`)).error?.code);
    expect([codes[0], codes.at(-1)]).toEqual([undefined, 'RATE_LIMITED']);
  });

  it('is asked and voted for only while the host takes questions', async () => {
    const { ada, ann, ben } = await webinar();
    const { id } = await asked(ann, 'In time?');
    await ada.client.ask({ changeRules: { questions: QuestionMode.OFF } });
    const refusal = async () => (await voting(ben, id)).error?.code;
    await expect.poll(refusal, { interval: 200 }).toBe('QUESTIONS_CLOSED');
    expect((await asking(ben, 'Too late?')).error?.code).toBe('QUESTIONS_CLOSED');
    expect((await ben.client.ask({ changeRules: { questions: QuestionMode.EVERYONE } })).error?.code).toBe('FORBIDDEN');
    await ada.client.ask({ changeRules: { questions: QuestionMode.EVERYONE } });
    await expect.poll(refusal, { interval: 200 }).toBeUndefined();
    await asked(ben, 'Again?');
  });

  it('is handled by the stage only and withdrawn by who asked only; nothing of another meeting is reached', async () => {
    const { meetingId, ada, ann, ben } = await webinar();
    const { id } = await asked(ann, 'Ours?');
    expect((await handling(ann, id, QuestionAction.ANSWER, 'Mine')).error?.code).toBe('FORBIDDEN');
    for (const person of [ada, ben]) expect((await withdrawing(person, id)).error?.code).toBe('FORBIDDEN');
    const eve = await joined(pair.mesh, pair.one, await newMeeting(pair.one.httpAddress), 'Eve');
    const replies = [
      await voting(eve, id),
      await withdrawing(eve, id),
      await handling(eve, id, QuestionAction.DISMISS),
    ];
    expect(replies.map(({ error }) => error?.code)).toEqual(replies.map(() => 'QUESTION_NOT_FOUND'));
    const path = `/v1/meetings/${meetingId}/questions`;
    const foreign = await call(pair.one.httpAddress, 'GET', path, undefined, `Bearer ${eve.token}`);
    expect(codeOf(foreign)).toBe('MEETING_NOT_FOUND');
    expect(codeOf(await call(pair.one.httpAddress, 'GET', path, undefined, null))).toBe('TOKEN_INVALID');
    await withdrawing(ann, id);
    await ben.client.untilEvent(({ questionRemoved }) => questionRemoved?.questionId === id);
    expect(await textsFor(ada)).toEqual([]);
  });

  it('is reached over REST: asked and voted for with a join token, handled and withdrawn with the owner’s key', async () => {
    const { meetingId, ann, ben } = await webinar();
    const path = `/v1/meetings/${meetingId}/questions`;
    const as = ({ token }: Person) => `Bearer ${token}`;
    const { status, body } = await call(pair.two.httpAddress, 'POST', path, { text: 'By letter?' }, as(ann));
    expect([status, body]).toMatchObject([201, { asker: { id: ann.participantId, name: 'Ann' }, status: 'open' }]);
    const own = `${path}/${String(body.id)}`;
    expect((await call(pair.one.httpAddress, 'PUT', `${own}/vote`, undefined, as(ben))).status).toBe(200);
    await untilVotes(ann, String(body.id), 1);
    expect(codeOf(await call(pair.one.httpAddress, 'PUT', `${own}/vote`))).toBe('FORBIDDEN');
    expect(codeOf(await call(pair.one.httpAddress, 'POST', path, { text: 'x' }))).toBe('FORBIDDEN');
    const answered = await call(pair.one.httpAddress, 'PATCH', own, { action: 'answer', answer: 'By post.' });
    expect(answered.body).toMatchObject({ status: 'answered', answer: 'By post.', votes: 1, answeredBy: null });
    expect((await call(pair.one.httpAddress, 'DELETE', `${own}/vote`, undefined, as(ben))).status).toBe(200);
    const { body: page } = await call(pair.two.httpAddress, 'GET', `${path}?limit=1`);
    expect(page).toMatchObject({ questions: [{ votes: 0, status: 'answered' }], nextCursor: null });
    expect((await call(pair.one.httpAddress, 'DELETE', own)).status).toBe(200);
    await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect((await call(pair.one.httpAddress, 'GET', path)).body.questions).toEqual([]);
    expect(codeOf(await call(pair.one.httpAddress, 'PATCH', own, { action: 'dismiss' }))).toBe('MEETING_ENDED');
  });
});
