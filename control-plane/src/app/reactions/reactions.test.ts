import type { MeetingEvent } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import type { Caller } from '../access/caller.ts';
import { Reactions } from './reactions.ts';

const inAudience = (participantId: string): Caller => ({
  principal: { kind: 'participant', meetingId: 'meeting', participantId, role: 'attendee' },
  name: participantId,
  meeting: { id: 'meeting', apiKeyId: '', hostId: undefined, mode: 'webinar', settings: {} },
});

it('tells of all that an audience sent in a moment at once, and of the next moment anew', async () => {
  const told: MeetingEvent[] = [];
  const clock = new VirtualClock();
  const reactions = new Reactions({
    access: { require: () => {} },
    store: {
      async tell(_meeting, events) {
        told.push(...events);
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    limit: async () => {},
    clock,
    logger: silentLogger,
  });
  for (const id of ['ann', 'ben', 'cem']) await reactions.send(inAudience(id), id === 'cem' ? '👏' : '👍');
  expect(told).toEqual([]);
  clock.advance(1_000);
  await reactions.send(inAudience('ann'), '👏');
  clock.advance(1_000);
  expect(told.map(({ reactions: some }) => some)).toEqual([
    {
      participantId: '',
      counts: [
        { emoji: '👍', count: 2 },
        { emoji: '👏', count: 1 },
      ],
    },
    { participantId: '', counts: [{ emoji: '👏', count: 1 }] },
  ]);
});
