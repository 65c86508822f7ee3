import { WaitingPerson } from '@canopy/proto/moderation';
import { MeetingEvent, Participant } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { Moderation } from './moderation.ts';

test('who came in waits no more, whether let in or because the door stands open', async () => {
  const people = ['ada', 'ben', 'cem'].map((participantId) => WaitingPerson.fromPartial({ participantId }));
  const moderation = new Moderation(async () => ({ id: 1, waitingList: { people } }));
  const waiting = () => moderation.view.waiting.map(({ participantId }) => participantId);
  await moderation.loadWaiting();
  expect(waiting()).toEqual(['ada', 'ben', 'cem']);
  moderation.apply(MeetingEvent.fromPartial({ waitingLeft: { participantId: 'ada' } }));
  expect(waiting()).toEqual(['ben', 'cem']);
  moderation.apply(MeetingEvent.fromPartial({ participantJoined: Participant.fromPartial({ id: 'cem' }) }));
  expect(waiting()).toEqual(['ben']);
});
