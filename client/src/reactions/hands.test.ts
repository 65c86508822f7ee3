import { Participant } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { Hands } from './hands.ts';
import { Reactions } from './reactions.ts';

const hand = (participantId: string) => ({ participantId, name: participantId });

it('hands queue in the order in which they were raised', () => {
  const hands = new Hands(async () => ({ id: 1, done: {} }));
  const ids = () => hands.raised.map(({ participantId }) => participantId);
  for (const id of ['ada', 'ben', 'cem']) hands.apply({ handRaised: hand(id) });
  hands.apply({ handLowered: { participantId: 'ben' } });
  expect(ids()).toEqual(['ada', 'cem']);
  hands.apply({ handRaised: hand('ben') });
  expect(ids()).toEqual(['ada', 'cem', 'ben']);
  hands.apply({ participantUpdated: Participant.fromPartial({ id: 'cem', name: 'Cem of Izmir' }) });
  expect(hands.raised.map(({ name }) => name)).toEqual(['ada', 'Cem of Izmir', 'ben']);
});

it('reactions of a moment that was missed are not shown later', () => {
  const reactions = new Reactions(async () => ({ id: 1, done: {} }));
  const seen: string[] = [];
  reactions.events.on('reacted', ({ participantId }) => seen.push(participantId));
  reactions.apply({ reactions: { participantId: 'ada', counts: [] } }, false);
  reactions.apply({ reactions: { participantId: 'ben', counts: [] } }, true);
  expect(seen).toEqual(['ben']);
});
