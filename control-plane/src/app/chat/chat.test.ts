import { ChatScope } from '@canopy/proto/chat';
import type { MeetingEvent } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import type { StoredMessage } from '../../core/chat/message.ts';
import type { Caller } from '../access/caller.ts';
import { Chat, type ChatDeps } from './chat.ts';
import type { ChatRecords } from './ports.ts';

const meetingId = 'meeting';
const ann: Caller = {
  principal: { kind: 'participant', meetingId, participantId: 'ann', role: 'panelist' },
  name: 'Ann',
  meeting: { id: meetingId, apiKeyId: '', hostId: undefined, mode: 'meeting', settings: {} },
};

const host: Caller = { ...ann, principal: { kind: 'participant', meetingId, participantId: 'eve', role: 'host' } };

/** One message of Ann's, where nobody is refused anything; `beforeTold`: what happens in between. */
function chat(beforeTold: (told: MeetingEvent) => Promise<unknown>) {
  let kept: StoredMessage = {
    id: 'message',
    meetingId,
    sequence: 1,
    senderId: 'ann',
    senderName: 'Ann',
    scope: 'everyone',
    recipient: undefined,
    replyTo: undefined,
    text: 'Helo',
    sentAt: 0,
    edited: false,
    deleted: false,
    reactions: [],
  };
  const change = async (changes: Partial<StoredMessage>) => {
    kept = { ...kept, ...changes };
    return kept;
  };
  const records: Pick<ChatRecords, 'find' | 'edit' | 'erase'> = {
    find: async () => kept,
    edit: (_meeting, _message, text) => change({ text, edited: true }),
    erase: () => change({ text: '', deleted: true }),
  };
  const told: MeetingEvent[] = [];
  const limited: string[] = [];
  const limit = async (key: string) => void limited.push(key);
  const deps: Omit<ChatDeps, 'records'> = {
    access: { require: () => {} },
    store: {
      participant: async () => undefined,
      async tell(_meeting, [event = {}]) {
        await beforeTold(event);
        told.push(event);
        return { events: [event] };
      },
    },
    rooms: { changed: () => {} },
    telling: { soon: () => {} },
    limits: { stage: limit, audience: limit },
  };
  return { one: new Chat({ ...deps, records: records as ChatRecords }), told, limited };
}

it('has the last word on a message that is deleted while an edit is on its way', async () => {
  const { one, told } = chat(async ({ chatMessage }) => {
    if (chatMessage?.text === 'Hello') await one.erase(ann, 'message');
  });
  expect(await one.edit(ann, 'message', 'Hello')).toMatchObject({ text: '', deleted: true });
  expect(told.map(({ chatMessage }) => chatMessage?.text)).toEqual(['', 'Hello', '']);
  expect(told.at(-1)?.chatMessage).toMatchObject({ deleted: true, scope: ChatScope.EVERYONE });
});

it('limits how often somebody deletes what they wrote, and tells it again to who asks again because nobody could be told', async () => {
  let away = true;
  const { one, told, limited } = chat(async () => {
    if (away) throw new Error('away');
  });
  await expect(one.erase(ann, 'message')).rejects.toThrow('away');
  away = false;
  await one.erase(ann, 'message');
  expect(told).toMatchObject([{ chatMessage: { deleted: true } }]);
  await one.erase(host, 'message');
  expect(limited).toEqual(['meeting:ann', 'meeting:ann']);
});
