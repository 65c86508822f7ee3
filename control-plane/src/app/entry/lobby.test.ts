import { Waiting, WaitingPerson, WaitingReason } from '@canopy/proto/moderation';
import { MeetingEvent } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import type { Room } from '../events/room.ts';
import { Lobby, type LobbyDeps } from './lobby.ts';

const meetingId = 'meeting';

it('forgets the place of who came in because the door was opened, and tells hosts', async () => {
  const clock = new VirtualClock();
  const places = new Set<string>();
  const told: MeetingEvent[] = [];
  const lobbies: Pick<LobbyDeps['lobbies'], 'enter' | 'purge' | 'text'> = {
    enter: async (_, { participantId }) => Boolean(places.add(participantId)),
    purge: async () => {
      const gone = [...places];
      places.clear();
      return gone;
    },
    text: async () => '',
  };
  const room = { meetingId } as Room;
  const rooms = { acquire: async () => room, release: () => {}, changed: () => {} };
  const store: LobbyDeps['store'] = {
    tell: async (_, events) => {
      told.push(...events);
      return { events: [...events] };
    },
  };
  const lobby = new Lobby({
    lobbies: lobbies as LobbyDeps['lobbies'],
    store,
    rooms: () => rooms,
    clock,
    logger: silentLogger,
  });
  const { promise: shown, resolve } = Promise.withResolvers<void>();
  const waiting = lobby.wait({
    meetingId,
    person: WaitingPerson.fromPartial({ participantId: 'ada', name: 'Ada' }),
    visitor: { waiting: () => resolve(), gone: new AbortController().signal },
    shown: Waiting.fromPartial({ reason: WaitingReason.LOBBY }),
    isOver: async () => false,
  });
  await shown;
  await expect.poll(() => told.length).toBe(1);
  lobby.heard(room, MeetingEvent.fromPartial({ meetingUpdated: {} }));
  clock.advance(0);
  await waiting;
  clock.advance(20_000);
  await expect.poll(() => told.at(-1)?.waitingLeft?.participantId).toBe('ada');
});
