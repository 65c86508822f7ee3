import { type ChatMessage, ChatScope, type MeetingView, type SendOptions } from '@canopy/client';

/** Somebody to write to. */
export interface Person {
  id: string;
  name: string;
}

/** For whom a message is. */
export type Recipient = 'everyone' | 'stage' | Person;

/** Whom one can write to: those named before, those on stage, and those who watch as far as they are known here. */
export function recipients({ participants, attendees, self }: MeetingView, before: readonly Person[]): Person[] {
  const there = [...participants.values(), ...attendees.values()].filter(({ bare }) => bare !== true);
  const people = [...before, ...there];
  const byId = new Map(people.map(({ id, name }) => [id, { id, name }]));
  return [...byId.values()].filter(({ id }) => id !== '' && id !== self.participantId);
}

/** Whom an answer is for: those whom the message was for, so that nothing meant for few is answered to all. */
export function recipientOfAnswer(message: ChatMessage, { self }: MeetingView): Recipient {
  const { scope, senderId, senderName, recipientId, recipientName } = message;
  if (scope === ChatScope.STAGE) return 'stage';
  if (scope !== ChatScope.DIRECT) return 'everyone';
  const isOwn = senderId === self.participantId;
  return isOwn ? { id: recipientId, name: recipientName } : { id: senderId, name: senderName };
}

/** The same, as it is sent. */
export function target(to: Recipient): Pick<SendOptions, 'to'> {
  return { to: typeof to === 'string' ? to : { participantId: to.id } };
}
