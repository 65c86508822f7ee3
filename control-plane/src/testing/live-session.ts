import { silentLogger } from '@canopy/runtime/logger';
import { Room } from '../app/events/room.ts';
import type { Member } from '../app/events/room-member.ts';
import type { LiveSession } from '../app/session/live-session.ts';
import { emptyState } from '../core/meeting/state.ts';

/** A session of somebody in a webinar; what does not matter is empty. */
export function liveSession(participantId: string, fields: Partial<LiveSession> = {}): LiveSession {
  return {
    meetingId: 'm',
    profile: { title: '', mode: 'webinar', settings: {}, revision: 0 },
    participantId,
    name: participantId,
    role: 'host',
    connectionId: participantId,
    resumeHash: '',
    media: {
      edgeId: 'e',
      bootId: 'b',
      userId: undefined,
      decision: { rule: 'least-path', candidates: [] },
      placedAt: 0,
      client: {
        rtpCapabilities: undefined,
        dtlsParameters: undefined,
        acceptsBackupConsumers: false,
        address: '',
        location: undefined,
        rttMs: {},
      },
    },
    ...fields,
  };
}

/** An open connection; whatever it is told is lost. */
export const silentMember: Member = {
  event: () => {},
  counts: () => {},
  receptions: () => {},
  snapshot: () => {},
  goodbye: () => {},
  push: async () => {},
  transfer: async () => {},
  isOpen: true,
};

/** A room of these sessions, whose connections are silent unless others are given. */
export function liveRoom(
  meetingId: string,
  sessions: readonly LiveSession[],
  memberOf: (session: LiveSession) => Member = () => silentMember,
): Room {
  const room = new Room(meetingId, {
    replicaId: 'r',
    store: { read: async () => emptyState, restore: async () => ({ events: [] }), connectionOf: async () => undefined },
    stream: { positions: async () => [], since: async () => [] },
    bus: { listen: () => () => {}, announceEvents: () => {}, announceReplaced: () => {} },
    logger: silentLogger,
  });
  for (const session of sessions)
    room.begin(room.enter(session.connectionId, memberOf(session)), session, emptyState.position);
  return room;
}
