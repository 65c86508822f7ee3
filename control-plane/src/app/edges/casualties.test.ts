import { EdgeFact } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { describe, expect, it } from 'vitest';
import { emptyState } from '../../core/meeting/state.ts';
import { liveSession, silentMember } from '../../testing/live-session.ts';
import { Room } from '../events/room.ts';
import type { LiveSession } from '../session/live-session.ts';
import { Casualties } from './casualties.ts';

/** Two participants of one meeting, and who of them is told to begin anew. */
function setUp(ofAnn: Partial<LiveSession> = {}) {
  const room = new Room('m', {
    store: { read: async () => emptyState, restore: async () => ({ events: [] }) },
    stream: { positions: async () => [], since: async () => [] },
    bus: { listen: () => () => {}, announceEvents: () => {}, announceReplaced: () => {} },
    logger: silentLogger,
  });
  const dismissed: string[] = [];
  for (const session of [liveSession('ann', ofAnn), liveSession('ben')]) {
    const { connectionId, participantId } = session;
    const goodbye = (code: string) => dismissed.push(`${participantId} ${code}`);
    room.begin(room.enter(connectionId, { ...silentMember, goodbye }), session, emptyState.position);
  }
  const unexpected = async () => {
    throw new Error('nothing else is done');
  };
  const casualties = new Casualties({
    rooms: {
      find: (meetingId) => (meetingId === 'm' ? room : undefined),
      list: () => {
        throw new Error('every room is gone through');
      },
    },
    planning: { ensure: unexpected, review: unexpected },
    migrating: { rescue: unexpected, move: unexpected },
    store: { announceTracks: unexpected },
    isFirst: unexpected,
    clock: new VirtualClock(0),
    logger: silentLogger,
  });
  const closed = (participantId: string, { meetingId = 'm', edgeId = 'e', bootId = 'b' } = {}) =>
    casualties.factHeard(EdgeFact.fromPartial({ edgeId, bootId, sessionClosed: { meetingId, participantId } }));
  return { closed, dismissed };
}

describe('a session that an edge closed', () => {
  it('ends its participant’s connection, and nobody else is looked at', async () => {
    const { closed, dismissed } = setUp();
    await closed('ann');
    expect(dismissed).toEqual(['ann SESSION_NOT_FOUND']);
  });

  it('means nobody who is on another edge, or another start of it, or of another meeting', async () => {
    const { closed, dismissed } = setUp();
    await closed('ann', { edgeId: 'another' });
    await closed('ann', { bootId: 'earlier' });
    await closed('ann', { meetingId: 'another' });
    await closed('stranger');
    expect(dismissed).toEqual([]);
  });

  it('leaves its answer to who is leaving', async () => {
    const { closed, dismissed } = setUp({ leaving: true });
    await closed('ann');
    expect(dismissed).toEqual([]);
  });
});
