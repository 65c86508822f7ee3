import { type ChatMessage, ChatScope, type Participant, Role } from '@canopy/client';
import { expect, test } from 'vitest';
import { meetingView, person } from '../testing/meeting-view.ts';
import { recipientOfAnswer, recipients } from './recipients.ts';

const named = (id: string, fields: Partial<Participant> = {}) => person(id, { name: `${id} by name`, ...fields });

const view = meetingView({
  mode: 'webinar',
  participants: new Map([named('me'), named('ada'), named('encoder', { bare: true })]),
  attendeeCount: 1,
  attendees: new Map([named('fan', { role: Role.ATTENDEE })]),
});

const ids = (before: { id: string; name: string }[] = []) => recipients(view, before).map(({ id }) => id);

function message(fields: Partial<ChatMessage>): ChatMessage {
  const sender = { senderId: 'fan', senderName: 'Fan', recipientId: '', recipientName: '', replyTo: '' };
  const state = { edited: false, deleted: false, reactions: [], sequence: 1, sentAtMs: 1 };
  return { id: 'x', text: 'Hello', scope: ChatScope.EVERYONE, ...sender, ...state, ...fields };
}

test('one can write to the stage and the audience, but not to oneself or to a program', () => {
  expect(ids()).toEqual(['ada', 'fan']);
});

test('who is answered can be written to also when they are not known here, and is named once', () => {
  expect(ids([{ id: 'gone', name: 'Gone' }])).toEqual(['gone', 'ada', 'fan']);
  expect(ids([{ id: 'ada', name: 'Ada' }])).toEqual(['ada', 'fan']);
  expect(ids([{ id: '', name: 'Organizer' }])).toEqual(['ada', 'fan']);
});

test('an answer goes to whom the message went', () => {
  const direct = { scope: ChatScope.DIRECT };
  expect(recipientOfAnswer(message({}), view)).toBe('everyone');
  expect(recipientOfAnswer(message({ scope: ChatScope.STAGE }), view)).toBe('stage');
  expect(recipientOfAnswer(message(direct), view)).toEqual({ id: 'fan', name: 'Fan' });
  const own = { senderId: 'me', senderName: 'Me', recipientId: 'fan', recipientName: 'Fan' };
  expect(recipientOfAnswer(message({ ...direct, ...own }), view)).toEqual({ id: 'fan', name: 'Fan' });
});
