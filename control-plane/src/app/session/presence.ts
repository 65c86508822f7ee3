import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

/**
 * Keeps the participants connected here present, until the returned function is called. A replica that dies stops doing so,
 * and its participants leave unless they come back elsewhere.
 */
export function keepPresent(
  rooms: Rooms,
  store: Pick<MeetingStateStore, 'renew'>,
  periodMs: number,
  clock: Clock,
  logger: Logger,
): () => void {
  const renew = async (room: Room) => {
    const connections = new Map(room.sessions().map((session) => [session.participantId, session.connectionId]));
    if (connections.size === 0) return;
    const known = room.position.generation;
    try {
      const { generation, replaced, gone } = await store.renew(room.meetingId, connections);
      const still = (id: string, connectionId: string) => connections.get(id) === connectionId;
      room.dismiss(
        'REPLACED',
        (one) => replaced.includes(one.participantId) && still(one.participantId, one.connectionId),
      );
      // After a loss of memory, of all or of what was newest, the room puts its participants back itself.
      if (gone.length > 0) await room.catchUp();
      if (generation !== known || room.position.generation !== known) return;
      room.dismiss(
        'SESSION_NOT_FOUND',
        (one) => gone.includes(one.participantId) && still(one.participantId, one.connectionId),
      );
    } catch (error) {
      logger.warn({ err: error, meetingId: room.meetingId }, 'presence was not renewed');
    }
  };
  return clock.every(periodMs, () => void Promise.all(rooms.list().map(renew)));
}
