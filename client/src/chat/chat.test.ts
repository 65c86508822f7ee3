import { type ChatMessage, ChatScope } from '@canopy/proto/chat';
import { MeetingSnapshot, type Reply } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { describe, expect, it } from 'vitest';
import type { Request } from '../signal/request-socket.ts';
import type { ReadMarks } from '../unread.ts';
import { Chat } from './chat.ts';

const message = (sequence: number, change: Partial<ChatMessage> = {}): ChatMessage => ({
  id: `m${sequence}`,
  sequence,
  senderId: 'ada',
  senderName: 'Ada',
  scope: ChatScope.EVERYONE,
  recipientId: '',
  recipientName: '',
  replyTo: '',
  text: `${sequence}`,
  sentAtMs: sequence,
  edited: false,
  deleted: false,
  reactions: [],
  ...change,
});

const snapshotOf = (meetingId: string) => MeetingSnapshot.fromPartial({ meetingId });

/** Ben's chat over a server that has these messages, two on a page; asked for one, it first meets the `failures`. */
function chatOf(kept: ChatMessage[], failures: CanopyError[] = [], marks: ReadMarks = new Map()) {
  const asked: Request[] = [];
  const chat = new Chat(
    async (request) => {
      asked.push(request);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      const before = Number(request.listChat?.cursor || Number.POSITIVE_INFINITY);
      const found = kept.filter(({ sequence }) => sequence < before).reverse();
      const messages = found.slice(0, 2);
      const nextCursor = found.length > 2 ? String(messages.at(-1)?.sequence) : '';
      const reply: Reply = { id: 1, ...(request.listChat ? { chatPage: { messages, nextCursor } } : { done: {} }) };
      return reply;
    },
    'ben',
    marks,
  );
  const texts = () => chat.view.messages.map(({ text }) => text);
  return { chat, asked, texts };
}

describe('a chat', () => {
  it('loads page after page, and has each message once, whenever it was heard', async () => {
    const { chat, texts } = chatOf([1, 2, 3, 4, 5].map((sequence) => message(sequence)));
    chat.apply({ chatMessage: message(5) });
    await chat.loadMore();
    expect([texts(), chat.view.more]).toEqual([['4', '5'], true]);
    chat.apply({ chatMessage: message(6) });
    await chat.loadMore();
    await chat.loadMore();
    expect([texts(), chat.view.more]).toEqual([['1', '2', '3', '4', '5', '6'], false]);
    await chat.loadMore();
    expect(texts()).toHaveLength(6);
  });

  it('keeps the place of a message that is edited, and which reactions are one’s own', async () => {
    const { chat } = chatOf([]);
    chat.apply({ chatMessage: message(1) });
    chat.apply({ chatMessage: message(2) });
    await chat.react('m1', '👍', true);
    chat.apply({ chatReactions: { messageId: 'm1', reactions: [{ emoji: '👍', count: 3, mine: false }] } });
    chat.apply({
      chatMessage: message(1, { text: 'new', edited: true, reactions: [{ emoji: '👍', count: 3, mine: false }] }),
    });
    expect(chat.view.messages).toMatchObject([
      { id: 'm1', text: 'new', reactions: [{ emoji: '👍', count: 3, mine: true }] },
      { id: 'm2' },
    ]);
    await chat.react('m1', '👍', false);
    expect(chat.view.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 3, mine: false }]);
  });

  it('keeps the newest messages of a long meeting, and loads the others again', async () => {
    const kept = [1, 2, 3, 4].map((sequence) => message(sequence));
    const { chat, texts } = chatOf(kept);
    const hears = (sequence: number) => {
      kept.push(message(sequence));
      chat.apply({ chatMessage: message(sequence) });
    };
    const seen = () => [texts()[0], texts().length, chat.view.more];
    await chat.loadMore();
    for (let sequence = 5; sequence <= 503; sequence++) hears(sequence);
    expect(seen()).toEqual(['4', 500, true]);
    chat.apply({ chatMessage: message(1, { text: 'new', edited: true }) });
    expect(seen()).toEqual(['4', 500, true]);
    await chat.loadMore();
    hears(504);
    expect(seen()).toEqual(['2', 503, true]);
    chat.keepAll(false);
    expect(seen()).toEqual(['5', 500, true]);
    for (let page = 1; page <= 2; page++) await chat.loadMore();
    expect(texts()).toEqual(Array.from({ length: 504 }, (_, index) => `${index + 1}`));
    expect(chat.view.more).toBe(false);
  });

  it('knows what became of a message while its page was under way', async () => {
    const { chat, texts } = chatOf([1, 2, 3].map((sequence) => message(sequence)));
    await chat.loadMore();
    const older = chat.loadMore();
    chat.apply({ chatMessage: message(1, { text: 'new', edited: true }) });
    await older;
    expect(texts()).toEqual(['new', '2', '3']);
  });

  it('begins anew with the newest page when events were missed', async () => {
    const kept = [message(1), message(2)];
    const { chat, texts } = chatOf(kept);
    await chat.loadMore();
    kept.push(message(3), message(4), message(5));
    chat.adopt(snapshotOf('m'));
    await chat.loadMore();
    expect([texts(), chat.view.more]).toEqual([['4', '5'], true]);
  });

  it('begins anew also when an older page was under way', async () => {
    const kept = [1, 2, 3].map((sequence) => message(sequence));
    const { chat, texts } = chatOf(kept);
    await chat.loadMore();
    const older = chat.loadMore();
    kept.push(message(4));
    chat.adopt(snapshotOf('m'));
    await older;
    expect(texts()).toEqual(['3', '4']);
  });

  it('of another meeting is another chat', async () => {
    const { chat, texts } = chatOf([message(1)]);
    chat.adopt(snapshotOf('m'));
    await chat.loadMore();
    expect(texts()).toEqual(['1']);
    chat.adopt(snapshotOf('room'));
    expect(texts()).toEqual([]);
  });

  it('of a room that is entered while the first page is under way has none of the messages before', async () => {
    const kept = [message(1)];
    const { chat, texts } = chatOf(kept);
    chat.adopt(snapshotOf('m'));
    const first = chat.loadMore();
    kept.splice(0, 1, message(2));
    chat.adopt(snapshotOf('room'));
    await first;
    expect(texts()).toEqual(['2']);
  });

  it('loads what it could not load when the connection is back', async () => {
    const failures = [new CanopyError('TIMEOUT')];
    const kept = [message(1)];
    const { chat, texts } = chatOf(kept, failures);
    await expect(chat.loadMore()).rejects.toThrow();
    chat.resumed();
    await expect.poll(texts).toEqual(['1']);
    kept.push(message(2));
    failures.push(new CanopyError('TIMEOUT'));
    chat.adopt(snapshotOf('m'));
    await expect.poll(() => failures).toEqual([]);
    chat.resumed();
    await expect.poll(texts).toEqual(['1', '2']);
  });

  it('begins anew again when it could not load before, and asks no more when that would not help', async () => {
    const { chat, asked, texts } = chatOf([message(1)], [new CanopyError('FORBIDDEN')]);
    await expect(chat.loadMore()).rejects.toThrow();
    chat.resumed();
    expect(asked).toHaveLength(1);
    chat.adopt(snapshotOf('m'));
    await expect.poll(texts).toEqual(['1']);
    chat.resumed();
    expect(asked).toHaveLength(2);
  });

  it('tells how many messages of others wait to be read, until they are', async () => {
    const { chat } = chatOf([message(1), message(2)]);
    const told: number[] = [];
    chat.events.on('changed', ({ unread }) => told.push(unread));
    chat.adopt(snapshotOf('m'));
    await chat.loadMore();
    chat.apply({ chatMessage: message(3) });
    chat.apply({ chatMessage: message(4, { senderId: 'ben' }) });
    chat.apply({ chatMessage: message(5) });
    chat.apply({ chatMessage: message(5, { deleted: true, text: '' }) });
    expect(told).toEqual([0, 1, 1, 2, 1]);
    chat.markRead();
    chat.markRead();
    expect(chat.view.unread).toBe(0);
    await Promise.resolve();
    expect(told.slice(5)).toEqual([0]);
  });

  it('tells everybody last what is so now, also when the first who hears of a message has read it', async () => {
    const { chat } = chatOf([]);
    chat.adopt(snapshotOf('m'));
    await chat.loadMore();
    chat.events.on('changed', () => chat.markRead());
    const told: number[] = [];
    chat.events.on('changed', ({ unread }) => told.push(unread));
    chat.apply({ chatMessage: message(1) });
    await Promise.resolve();
    chat.apply({ chatMessage: message(2) });
    chat.apply({ chatMessage: message(3) });
    await Promise.resolve();
    expect(told).toEqual([1, 0, 1, 1, 0]);
  });

  it('knows what was not read before, of each meeting by itself', async () => {
    const marks = new Map([['m', 1]]);
    const { chat } = chatOf([message(1), message(2)], [], marks);
    chat.adopt(snapshotOf('m'));
    await chat.loadMore();
    expect(chat.view.unread).toBe(1);
    chat.adopt(snapshotOf('room'));
    chat.apply({ chatMessage: message(3) });
    await chat.loadMore();
    expect(chat.view.unread).toBe(0);
    chat.adopt(snapshotOf('m'));
    await expect.poll(() => chat.view.unread).toBe(1);
    chat.markRead();
    expect([...marks]).toEqual([
      ['m', 2],
      ['room', 3],
    ]);
  });

  it('asks for nothing before somebody wants to see it', () => {
    const { chat, asked } = chatOf([message(1)]);
    chat.adopt(snapshotOf('m'));
    chat.resumed();
    expect(asked).toEqual([]);
  });
});
