import { randomUUID } from 'node:crypto';
import { type ChatMessage, ChatScope } from '@canopy/proto/chat';
import { longestMessage } from '@canopy/proto/conversation';
import { describe, expect, it } from 'vitest';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person } from '../src/testing/people.ts';

const pair = pairForTests();

type Saying = Partial<{ id: string; scope: ChatScope; recipientId: string; replyTo: string }>;

const asking = ({ client }: Person, text: string, saying: Saying = {}) =>
  client.ask({
    sendChat: { id: randomUUID(), scope: ChatScope.EVERYONE, recipientId: '', replyTo: '', ...saying, text },
  });

async function said(person: Person, text: string, saying: Saying = {}): Promise<ChatMessage> {
  const { chatMessage, error } = await asking(person, text, saying);
  if (chatMessage === undefined) throw new Error(`not said: ${error?.code}`);
  return chatMessage;
}

const heard = ({ client }: Person) => client.events().flatMap(({ chatMessage }) => chatMessage?.text ?? []);
const untilHeard = ({ client }: Person, text: string) =>
  client.untilEvent(({ chatMessage }) => chatMessage?.text === text);

async function listed({ client }: Person, limit = 0, cursor = '') {
  const { chatPage, error } = await client.ask({ listChat: { cursor, limit } });
  if (chatPage === undefined) throw new Error(`not listed: ${error?.code}`);
  return chatPage;
}

const textsOf = ({ messages }: { messages: readonly ChatMessage[] }) => messages.map(({ text }) => text);

/** A webinar with its host on one replica, a panelist on the other and two who watch. */
async function webinar(settings: object = {}) {
  const meetingId = await newMeeting(pair.one.httpAddress, { mode: 'webinar', settings });
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
  const paul = await joined(pair.mesh, pair.two, meetingId, 'Paul', { role: 'panelist' });
  const ann = await joined(pair.mesh, pair.one, meetingId, 'Ann', { role: 'attendee' });
  const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'attendee' });
  return { meetingId, ada, paul, ann, ben, all: [ada, paul, ann, ben] };
}

describe('a message', () => {
  it('reaches everybody on every replica, in one order, and those who come later', async () => {
    const { meetingId, ada, ben, all } = await webinar();
    await said(ada, 'Hello');
    await said(ben, 'Hello back');
    for (const person of all) {
      await untilHeard(person, 'Hello back');
      expect(heard(person)).toEqual(['Hello', 'Hello back']);
    }
    const late = await joined(pair.mesh, pair.two, meetingId, 'Late', { role: 'attendee' });
    expect(textsOf(await listed(late))).toEqual(['Hello back', 'Hello']);
  });

  it('to the stage is neither told nor listed to the audience, but for who wrote it', async () => {
    const { ada, paul, ann, ben } = await webinar();
    await said(ann, 'A word to the panel', { scope: ChatScope.STAGE });
    await said(paul, 'Between us', { scope: ChatScope.STAGE });
    const last = await said(ada, 'To all');
    for (const person of [ada, paul, ann, ben]) await untilHeard(person, last.text);
    expect([ada, paul, ann, ben].map(heard)).toEqual([
      ['A word to the panel', 'Between us', 'To all'],
      ['A word to the panel', 'Between us', 'To all'],
      ['A word to the panel', 'To all'],
      ['To all'],
    ]);
    expect(textsOf(await listed(ben))).toEqual(['To all']);
    expect(textsOf(await listed(ann))).toEqual(['To all', 'A word to the panel']);
    expect(textsOf(await listed(paul))).toEqual(['To all', 'Between us', 'A word to the panel']);
  });

  it('to one person is nobody else’s: not told, not listed, not changed, not reacted to, not resumed', async () => {
    const { meetingId, ada, paul, ann, ben } = await webinar();
    paul.client.cut();
    const secret = await said(ada, 'For you only', { scope: ChatScope.DIRECT, recipientId: ann.participantId });
    const last = await said(ada, 'To all');
    for (const person of [ada, ann, ben]) await untilHeard(person, last.text);
    expect([ada, ann, ben].map(heard)).toEqual([['For you only', 'To all'], ['For you only', 'To all'], ['To all']]);
    expect(textsOf(await listed(ann))).toEqual(['To all', 'For you only']);
    expect(textsOf(await listed(ben))).toEqual(['To all']);
    const host = await joined(pair.mesh, pair.two, meetingId, 'Bo');
    for (const other of [ben, host]) {
      const replies = [
        await other.client.ask({ deleteChat: { messageId: secret.id } }),
        await other.client.ask({ editChat: { messageId: secret.id, text: 'x' } }),
        await other.client.ask({ reactToChat: { messageId: secret.id, emoji: '👍', on: true } }),
        await asking(other, 'What?', { replyTo: secret.id }),
      ];
      expect(replies.map(({ error }) => error?.code)).toEqual(replies.map(() => 'MESSAGE_NOT_FOUND'));
    }
    const owned = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}/messages`);
    expect(owned.body.messages).toMatchObject([{ text: 'To all' }]);
    const client = await pair.mesh.client(pair.two);
    const { resumed } = await client.ask({
      resume: {
        resumeToken: paul.answer.resumeToken,
        position: paul.client.events().at(-1)?.position ?? paul.answer.meeting?.position,
        restartIce: false,
      },
    });
    expect(resumed?.events.flatMap(({ chatMessage }) => chatMessage?.text ?? [])).toEqual(['To all']);
  });

  it('sent again, because the answer was lost, is the same message; with somebody else’s id it is refused', async () => {
    const { ada, paul } = await webinar();
    const first = await said(ada, 'Once');
    expect(await said(ada, 'Once', { id: first.id })).toEqual(first);
    expect((await asking(paul, 'Mine', { id: first.id })).error?.code).toBe('BAD_REQUEST');
    expect(textsOf(await listed(paul))).toEqual(['Once']);
  });

  it('is changed by its author and deleted by its author or a host, which leaves nothing of it', async () => {
    const { ada, paul, ann, ben } = await webinar();
    const message = await said(ann, 'Helo');
    await ben.client.ask({ reactToChat: { messageId: message.id, emoji: '🎉', on: true } });
    expect((await paul.client.ask({ editChat: { messageId: message.id, text: 'x' } })).error?.code).toBe('FORBIDDEN');
    expect((await ben.client.ask({ deleteChat: { messageId: message.id } })).error?.code).toBe('FORBIDDEN');
    await ann.client.ask({ editChat: { messageId: message.id, text: 'Hello' } });
    const edited = await untilHeard(ben, 'Hello');
    expect(edited.chatMessage).toMatchObject({ id: message.id, edited: true });
    await ada.client.ask({ deleteChat: { messageId: message.id } });
    await ben.client.untilEvent(({ chatMessage }) => chatMessage?.deleted === true);
    const [kept] = (await listed(ben)).messages;
    expect(kept).toMatchObject({ id: message.id, text: '', deleted: true, reactions: [] });
    const late = await ann.client.ask({ editChat: { messageId: message.id, text: 'Again' } });
    expect(late.error?.code).toBe('MESSAGE_NOT_FOUND');
  });

  it('is reacted to: many at once are told as one count', async () => {
    const { ada, paul, ann, ben } = await webinar();
    const { id: messageId } = await said(ada, 'Ready?');
    const all = [ada, paul, ann, ben];
    await Promise.all(all.map(({ client }) => client.ask({ reactToChat: { messageId, emoji: '👍', on: true } })));
    const told = await ann.client.untilEvent(({ chatReactions }) => chatReactions?.reactions[0]?.count === 4);
    expect(told.chatReactions).toMatchObject({ messageId, reactions: [{ emoji: '👍', count: 4 }] });
    await ben.client.ask({ reactToChat: { messageId, emoji: '👍', on: false } });
    await ann.client.untilEvent(({ chatReactions }) => chatReactions?.reactions[0]?.count === 3);
    const mine = async (person: Person) => (await listed(person)).messages[0]?.reactions[0]?.mine;
    expect([await mine(ann), await mine(ben)]).toEqual([true, false]);
    const refused = await ann.client.ask({ reactToChat: { messageId, emoji: 'yes', on: true } });
    expect(refused.error?.code).toBe('BAD_REQUEST');
  });
});

describe('what is written', () => {
  it('is listed a page at a time, the newest first', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress);
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    for (const text of ['1', '2', '3', '4', '5']) await said(ada, text);
    const pages: string[][] = [];
    let cursor = '';
    do {
      const page = await listed(ada, 2, cursor);
      pages.push(textsOf(page));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(pages).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect((await ada.client.ask({ listChat: { cursor: 'here', limit: 0 } })).error?.code).toBe('BAD_REQUEST');
  });

  it('is text and nothing else, within limits', async () => {
    const { ada, ann } = await webinar();
    const script = '<script>alert(1)</script>\nhttps://example.org';
    expect((await said(ada, ` ${script}\u202E `)).text).toBe(script);
    expect((await asking(ada, ' \n ')).error?.code).toBe('TEXT_EMPTY');
    expect((await asking(ada, 'x'.repeat(longestMessage + 1))).error?.code).toBe('TEXT_TOO_LONG');
    expect((await asking(ada, 'x', { id: 'mine' })).error?.code).toBe('MALFORMED_MESSAGE');
    const toNobody = await asking(ada, 'x', { scope: ChatScope.DIRECT, recipientId: randomUUID() });
    expect(toNobody.error?.code).toBe('PARTICIPANT_NOT_FOUND');
    const codes: unknown[] = [];
    for (let index = 0; index < 8; index++) codes.push((await asking(ann, `${index}`)).error?.code);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    expect(codes[0]).toBeUndefined();
  });

  it('by the audience goes where the meeting lets it', async () => {
    const { meetingId, ada, paul, ann, ben } = await webinar({ chat: 'panelists' });
    expect((await asking(ann, 'To all')).error?.code).toBe('CHAT_CLOSED');
    await said(ann, 'To the panel', { scope: ChatScope.STAGE });
    await said(ann, 'To Paul', { scope: ChatScope.DIRECT, recipientId: paul.participantId });
    await untilHeard(paul, 'To Paul');
    const toBen = await asking(ann, 'To Ben', { scope: ChatScope.DIRECT, recipientId: ben.participantId });
    expect(toBen.error?.code).toBe('PARTICIPANT_NOT_FOUND');
    const { id: messageId } = await said(ben, 'To you', { scope: ChatScope.STAGE });
    await call(pair.one.httpAddress, 'PATCH', `/v1/meetings/${meetingId}`, { settings: { chat: 'off' } });
    const toThePanel = async () => (await asking(ben, 'Hello?', { scope: ChatScope.STAGE })).error?.code;
    await expect.poll(toThePanel, { interval: 200 }).toBe('CHAT_CLOSED');
    const edited = await ben.client.ask({ editChat: { messageId, text: 'By the back door' } });
    expect(edited.error?.code).toBe('CHAT_CLOSED');
    await said(ada, 'The stage goes on');
  });
});

describe('over REST', () => {
  it('an owner reads, writes, changes and deletes; participants do with their token', async () => {
    const { meetingId, ann } = await webinar();
    const path = `/v1/meetings/${meetingId}/messages`;
    const posted = await call(pair.one.httpAddress, 'POST', path, { text: 'Doors open', senderName: 'Front desk' });
    expect([posted.status, posted.body]).toMatchObject([201, { sender: { id: null, name: 'Front desk' } }]);
    await untilHeard(ann, 'Doors open');
    const asAnn = `Bearer ${ann.token}`;
    const own = await call(pair.two.httpAddress, 'POST', path, { text: 'Thanks', replyTo: posted.body.id }, asAnn);
    expect(own.body).toMatchObject({ sender: { id: ann.participantId, name: 'Ann' }, replyTo: posted.body.id });
    const changed = await call(
      pair.two.httpAddress,
      'PATCH',
      `${path}/${String(own.body.id)}`,
      { text: 'Thank you' },
      asAnn,
    );
    expect(changed.body).toMatchObject({ text: 'Thank you', edited: true });
    expect((await call(pair.one.httpAddress, 'DELETE', `${path}/${String(own.body.id)}`)).body).toMatchObject({
      deleted: true,
    });
    const { body } = await call(pair.one.httpAddress, 'GET', `${path}?limit=1`);
    expect(body).toMatchObject({ messages: [{ deleted: true, text: '' }] });
    expect(body.nextCursor).not.toBeNull();
    await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/end`);
    expect(codeOf(await call(pair.one.httpAddress, 'POST', path, { text: 'Too late' }))).toBe('MEETING_ENDED');
    expect((await call(pair.one.httpAddress, 'GET', path)).body.messages).toHaveLength(2);
  });

  it('a message is reacted to by who is in the meeting', async () => {
    const { meetingId, ada, ann } = await webinar();
    const { id } = await said(ada, 'Welcome');
    const path = `/v1/meetings/${meetingId}/messages/${id}/reactions`;
    const family = '👩🏽‍❤️‍💋‍👨🏽';
    const react = (method: 'PUT' | 'DELETE', emoji: string, as?: Person) =>
      call(pair.two.httpAddress, method, `${path}/${encodeURIComponent(emoji)}`, undefined, as && `Bearer ${as.token}`);
    const counts = (...expected: number[]) =>
      ada.client.untilEvent(({ chatReactions }) =>
        Boolean(chatReactions && String(chatReactions.reactions.map(({ count }) => count)) === String(expected)),
      );
    expect((await react('PUT', family, ann)).status).toBe(204);
    await counts(1);
    expect((await react('PUT', family, ada)).status).toBe(204);
    await counts(2);
    expect((await react('DELETE', family, ann)).status).toBe(204);
    expect((await react('DELETE', family, ada)).status).toBe(204);
    await counts();
    expect(codeOf(await react('PUT', 'yes', ann))).toBe('BAD_REQUEST');
    expect(codeOf(await react('PUT', family))).toBe('FORBIDDEN');
  });

  it('nothing of another meeting is reached, and nothing without a token', async () => {
    const { meetingId, ada } = await webinar();
    const { id } = await said(ada, 'Ours');
    const eve = await joined(pair.mesh, pair.one, await newMeeting(pair.one.httpAddress), 'Eve');
    expect((await eve.client.ask({ deleteChat: { messageId: id } })).error?.code).toBe('MESSAGE_NOT_FOUND');
    const path = `/v1/meetings/${meetingId}/messages`;
    for (const [method, where] of [
      ['GET', path],
      ['DELETE', `${path}/${id}`],
    ] as const) {
      expect(codeOf(await call(pair.one.httpAddress, method, where, undefined, `Bearer ${eve.token}`))).toBe(
        'MEETING_NOT_FOUND',
      );
      expect(codeOf(await call(pair.one.httpAddress, method, where, undefined, null))).toBe('TOKEN_INVALID');
    }
  });
});
