import { setImmediate as nextTurn } from 'node:timers/promises';
import { EdgeFact } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { describe, expect, it } from 'vitest';
import { liveRoom, liveSession, silentMember } from '../../testing/live-session.ts';
import type { LiveSession } from '../session/live-session.ts';
import { Casualties } from './casualties.ts';

const unexpected = async () => {
  throw new Error('nothing else is done');
};

/** Two participants of one meeting, and who of them is told to begin anew. */
function setUp(ofAnn: Partial<LiveSession> = {}) {
  const dismissed: string[] = [];
  const room = liveRoom('m', [liveSession('ann', ofAnn), liveSession('ben')], ({ participantId }) => ({
    ...silentMember,
    goodbye: (code) => dismissed.push(`${participantId} ${code}`),
  }));
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

describe('changes of edges that come at about the same time', () => {
  it('have each plan looked at anew after all of them, not once for each', async () => {
    const rooms = Array.from({ length: 100 }, (_, index) => {
      const meetingId = `m${index}`;
      return liveRoom(meetingId, [liveSession('ann', { meetingId })]);
    });
    const [gone, looks] = [[] as string[], new Map<string, string[]>()];
    const casualties = new Casualties({
      rooms: { find: () => undefined, list: () => rooms },
      planning: {
        ensure: async (meetingId) => {
          looks.set(meetingId, [...(looks.get(meetingId) ?? []), gone.join()]);
          await nextTurn();
          return { meetingId, epoch: 1, cascades: new Map(), unreached: [], backup: 'cold' };
        },
        review: unexpected,
      },
      migrating: { rescue: unexpected, move: unexpected },
      store: { announceTracks: unexpected },
      isFirst: unexpected,
      clock: new VirtualClock(0),
      logger: silentLogger,
    });
    const changes = ['x', 'y', 'z'].map((edgeId) => {
      gone.push(edgeId);
      return casualties.edgeChanged({ kind: 'died', edgeId });
    });
    await Promise.all(changes);
    expect([...looks.values()].map((seen) => seen.at(-1))).toEqual(rooms.map(() => 'x,y,z'));
    expect([...looks.values()].flat().length).toBeLessThan(2 * rooms.length);
  });
});
