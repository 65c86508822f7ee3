import { randomUUID } from 'node:crypto';
import { pollBounds } from '@canopy/proto/conversation';
import { type Poll, PollAction, PollStatus } from '@canopy/proto/polls';
import { describe, expect, it } from 'vitest';
import { mostPolls } from '../src/core/polls/poll.ts';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person } from '../src/testing/people.ts';

const pair = pairForTests();

const lunch = { question: 'Lunch?', options: ['Soup', 'Salad', 'Bread'], multiple: false, anonymous: false };

const creating = ({ client }: Person, draft: object = {}) =>
  client.ask({ createPoll: { id: randomUUID() as string, ...lunch, ...draft } });

async function created(person: Person, draft: object = {}): Promise<Poll> {
  const { poll, error } = await creating(person, draft);
  if (poll === undefined) throw new Error(`not created: ${error?.code}`);
  return poll;
}

const control = ({ client }: Person, pollId: string, action: PollAction) =>
  client.ask({ controlPoll: { pollId, action } });

const voting = ({ client }: Person, pollId: string, ...choices: number[]) =>
  client.ask({ votePoll: { pollId, choices } });

async function listed({ client }: Person) {
  const { pollList, error } = await client.ask({ listPolls: {} });
  if (pollList === undefined) throw new Error(`not listed: ${error?.code}`);
  return pollList.polls;
}

const untilTold = ({ client }: Person, id: string, status: PollStatus) =>
  client.untilEvent(({ poll }) => poll?.id === id && poll.status === status);

const untilCounts = ({ client }: Person, id: string, counts: number[]) =>
  client.untilEvent(
    ({ pollResults }) => pollResults?.pollId === id && JSON.stringify(pollResults.counts) === JSON.stringify(counts),
  );

const heardOf = ({ client }: Person, id: string) =>
  client.events().filter((event) => JSON.stringify(event).includes(id));

/** A webinar with its host on one replica, a cohost on the other, a panelist and two who watch. */
async function webinar() {
  const meetingId = await newMeeting(pair.one.httpAddress, { mode: 'webinar' });
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
  const cora = await joined(pair.mesh, pair.two, meetingId, 'Cora', { role: 'cohost' });
  const paul = await joined(pair.mesh, pair.two, meetingId, 'Paul', { role: 'panelist' });
  const ann = await joined(pair.mesh, pair.one, meetingId, 'Ann', { role: 'attendee' });
  const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'attendee' });
  return { meetingId, ada, cora, paul, ann, ben };
}

describe('a poll', () => {
  it('is prepared for hosts alone, opened for everybody, and its results are theirs until they share them', async () => {
    const { meetingId, ada, cora, paul, ann, ben } = await webinar();
    const { id } = await created(ada);
    await untilTold(cora, id, PollStatus.PREPARED);
    expect([await listed(paul), await listed(ann)]).toEqual([[], []]);
    expect((await voting(ann, id, 0)).error?.code).toBe('POLL_NOT_FOUND');
    await control(cora, id, PollAction.OPEN);
    for (const person of [ada, paul, ann, ben]) await untilTold(person, id, PollStatus.OPEN);
    await Promise.all([voting(ann, id, 0), voting(ben, id, 0), voting(paul, id, 2)]);
    await voting(ben, id, 1);
    for (const person of [ada, cora]) await untilCounts(person, id, [1, 1, 1]);
    expect(await listed(ann)).toMatchObject([{ id, ownChoices: [0] }]);
    expect((await listed(ann))[0]?.results).toBeUndefined();
    expect(await listed(cora)).toMatchObject([{ results: { counts: [1, 1, 1], voters: 3 } }]);
    await control(ada, id, PollAction.CLOSE);
    await untilTold(ben, id, PollStatus.CLOSED);
    expect((await voting(ben, id, 2)).error?.code).toBe('POLL_NOT_OPEN');
    for (const person of [paul, ann, ben]) {
      expect(JSON.stringify([await listed(person), heardOf(person, id)])).not.toContain('"counts"');
    }
    await control(ada, id, PollAction.SHARE);
    const shared = await untilTold(ben, id, PollStatus.SHARED);
    expect(shared.poll?.results).toMatchObject({ counts: [1, 1, 1], voters: 3 });
    const late = await joined(pair.mesh, pair.two, meetingId, 'Late', { role: 'attendee' });
    expect(await listed(late)).toMatchObject([{ results: { counts: [1, 1, 1], voters: 3 }, ownChoices: [] }]);
  });

  it('counts many votes at once, and loses none with the replica that took them', async () => {
    const { meetingId, ada, ann, ben, paul, cora } = await webinar();
    const { id } = await created(ada, { multiple: true });
    await control(ada, id, PollAction.OPEN);
    const three = await pair.mesh.replica();
    const cleo = await joined(pair.mesh, three, meetingId, 'Cleo', { role: 'attendee' });
    await voting(cleo, id, 0, 2);
    await three[Symbol.asyncDispose]();
    await Promise.all([ann, ben, paul, cora, ada].map((person) => voting(person, id, 1, 2)));
    await untilCounts(ada, id, [1, 5, 6]);
    const { poll } = await control(ada, id, PollAction.CLOSE);
    expect(poll?.results).toMatchObject({ counts: [1, 5, 6], voters: 6 });
  });

  it('tells hosts who chose what, unless it is anonymous: then nobody knows, and nothing of it stays', async () => {
    const { ada, paul, ann, ben } = await webinar();
    const [named, secret] = [await created(ada), await created(ada, { anonymous: true })];
    for (const { id } of [named, secret]) {
      await control(ada, id, PollAction.OPEN);
      await voting(ann, id, 1);
      await voting(ben, id, 2);
    }
    const page = async (person: Person, pollId: string, cursor = '') =>
      person.client.ask({ listPollVotes: { pollId, cursor, limit: 1 } });
    const first = (await page(ada, named.id)).pollVotePage;
    const second = (await page(ada, named.id, first?.nextCursor)).pollVotePage;
    expect(new Set([first, second].map((some) => some?.votes[0]?.name))).toEqual(new Set(['Ann', 'Ben']));
    expect(second?.nextCursor).toBe('');
    expect((await page(paul, named.id)).error?.code).toBe('FORBIDDEN');
    expect((await page(ada, secret.id)).error?.code).toBe('FORBIDDEN');
    await control(ada, secret.id, PollAction.CLOSE);
    const polls = await listed(ann);
    expect(polls.find(({ id }) => id === named.id)?.ownChoices).toEqual([1]);
    expect(polls.find(({ id }) => id === secret.id)?.ownChoices).toEqual([]);
  });

  it('goes one way, and is deleted with everything', async () => {
    const { ada, cora, ben } = await webinar();
    const { id } = await created(ada);
    for (const action of [PollAction.CLOSE, PollAction.SHARE])
      expect((await control(ada, id, action)).error?.code).toBe('POLL_STATUS_CONFLICT');
    const opened = await Promise.all([ada, cora].map((person) => control(person, id, PollAction.OPEN)));
    expect(new Set(opened.map(({ error }) => error?.code))).toEqual(new Set([undefined, 'POLL_STATUS_CONFLICT']));
    await voting(ben, id, 0);
    await control(cora, id, PollAction.DELETE);
    await ben.client.untilEvent(({ pollDeleted }) => pollDeleted?.pollId === id);
    expect([await listed(ada), await listed(ben)]).toEqual([[], []]);
    expect((await voting(ben, id, 0)).error?.code).toBe('POLL_NOT_FOUND');
  });

  it('has limits', async () => {
    const { meetingId, ada, ann } = await webinar();
    const codeFor = async (draft: object) => (await creating(ada, draft)).error?.code;
    expect(await codeFor({ question: ' ' })).toBe('TEXT_EMPTY');
    expect(await codeFor({ question: 'x'.repeat(pollBounds.question + 1) })).toBe('TEXT_TOO_LONG');
    expect(await codeFor({ options: ['a', 'x'.repeat(pollBounds.option + 1)] })).toBe('TEXT_TOO_LONG');
    expect(await codeFor({ options: ['a'] })).toBe('MALFORMED_MESSAGE');
    expect(await codeFor({ options: Array.from({ length: 11 }, (_, index) => `${index}`) })).toBe('MALFORMED_MESSAGE');
    expect(await codeFor({ options: ['Soup', ' Soup '] })).toBe('BAD_REQUEST');
    const { id } = await created(ada);
    await control(ada, id, PollAction.OPEN);
    for (const choices of [[], [3], [0, 1]])
      expect((await voting(ann, id, ...choices)).error?.code).toBe('BAD_REQUEST');
    const path = `/v1/meetings/${meetingId}/polls`;
    for (let count = 1; count < mostPolls; count++) await call(pair.one.httpAddress, 'POST', path, lunch);
    expect(codeOf(await call(pair.one.httpAddress, 'POST', path, lunch))).toBe('POLL_LIMIT_REACHED');
  });

  it('is managed by hosts and cohosts only; nothing of another meeting is reached', async () => {
    const { meetingId, ada, paul, ann } = await webinar();
    const { id } = await created(ada);
    for (const person of [paul, ann]) {
      expect((await creating(person)).error?.code).toBe('FORBIDDEN');
      for (const action of [PollAction.OPEN, PollAction.CLOSE, PollAction.SHARE, PollAction.DELETE])
        expect((await control(person, id, action)).error?.code).toBe('FORBIDDEN');
    }
    const eve = await joined(pair.mesh, pair.one, await newMeeting(pair.one.httpAddress), 'Eve');
    await control(ada, id, PollAction.OPEN);
    const replies = [
      await voting(eve, id, 0),
      await control(eve, id, PollAction.DELETE),
      await eve.client.ask({ listPollVotes: { pollId: id, cursor: '', limit: 0 } }),
    ];
    expect(replies.map(({ error }) => error?.code)).toEqual(replies.map(() => 'POLL_NOT_FOUND'));
    const path = `/v1/meetings/${meetingId}/polls`;
    expect(codeOf(await call(pair.one.httpAddress, 'GET', path, undefined, `Bearer ${eve.token}`))).toBe(
      'MEETING_NOT_FOUND',
    );
    expect(codeOf(await call(pair.one.httpAddress, 'GET', path, undefined, null))).toBe('TOKEN_INVALID');
  });

  it('is reached over REST: managed with the owner’s key, voted in with a join token', async () => {
    const { meetingId, ann } = await webinar();
    const path = `/v1/meetings/${meetingId}/polls`;
    const { status, body } = await call(pair.one.httpAddress, 'POST', path, lunch);
    expect([status, body]).toMatchObject([201, { status: 'prepared', options: lunch.options }]);
    const own = `${path}/${String(body.id)}`;
    await call(pair.two.httpAddress, 'PATCH', own, { action: 'open' });
    await untilTold(ann, String(body.id), PollStatus.OPEN);
    const asAnn = `Bearer ${ann.token}`;
    expect((await call(pair.two.httpAddress, 'PUT', `${own}/vote`, { choices: [1] }, asAnn)).status).toBe(200);
    const seenBy = async (authorization?: string) =>
      (await call(pair.one.httpAddress, 'GET', path, undefined, authorization)).body.polls;
    expect(await seenBy()).toMatchObject([{ status: 'open', results: { counts: [0, 1, 0], voters: 1 } }]);
    expect(await seenBy(asAnn)).toMatchObject([{ results: null, ownChoices: [1] }]);
    const { body: votes } = await call(pair.one.httpAddress, 'GET', `${own}/votes`);
    expect(votes).toEqual({
      votes: [{ participantId: ann.participantId, name: 'Ann', choices: [1] }],
      nextCursor: null,
    });
    for (const action of ['close', 'share']) await call(pair.one.httpAddress, 'PATCH', own, { action });
    expect(await seenBy(asAnn)).toMatchObject([{ status: 'shared', results: { voters: 1 } }]);
    expect((await call(pair.one.httpAddress, 'DELETE', own)).status).toBe(200);
    expect(await seenBy()).toEqual([]);
  });
});
