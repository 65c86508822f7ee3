import { setImmediate as settled } from 'node:timers/promises';
import { EdgeHeartbeat } from '@canopy/proto/bus';
import type { SessionState } from '@canopy/proto/edge_media';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, onTestFinished, test } from 'vitest';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { neverQuarantined } from '../../core/edges/quarantine.ts';
import { Orphans } from './orphans.ts';

const lookEveryMs = 60_000;
const europe: EdgeRecord = {
  heartbeat: EdgeHeartbeat.fromPartial({ edgeId: 'europe' }),
  heardAt: 0,
  status: 'alive',
  overloaded: false,
  overloadedSince: undefined,
  quarantine: neverQuarantined,
  understood: true,
};

const sessionOf = (meetingId: string, participantId: string): SessionState => {
  const media = { worker: 0, consumers: 1, trackIds: [], connected: true };
  return { meetingId, participantId, ...media, openingId: 'first' };
};

/** One edge, on which a banned participant still has a session, and replicas that look at it. `others` are in their meetings. */
function edgeOfTheBanned(others: readonly SessionState[] = []) {
  const clock = new VirtualClock();
  const sessions: SessionState[] = [...others, sessionOf('m', 'banned')];
  /** What was asked of a meeting at once. */
  const asked: [meetingId: string, people: number][] = [];
  const firsts = new Map<string, number>();
  const replica = (reaches: boolean) => {
    const reply = async <T>(answer: T) => {
      if (!reaches) throw new CanopyError('EDGE_UNREACHABLE');
      return answer;
    };
    const orphans = new Orphans({
      edges: { list: () => [europe] },
      media: {
        getState: () => reply({ edgeId: 'europe', bootId: 'boot', links: [], sessions: [...sessions] }),
        closeSession: async (_, { participantId, openingId }) => {
          const meant = (await reply(sessions)).findIndex((session) => session.participantId === participantId);
          if (sessions[meant]?.openingId === openingId) sessions.splice(meant, 1);
        },
      },
      edgesOf: async (meetingId, ids) => {
        asked.push([meetingId, ids.length]);
        return ids.map((id) => (id === 'banned' ? [] : ['asia', 'europe']));
      },
      isFirst: async (key, forMs) => {
        if ((firsts.get(key) ?? 0) > clock.now()) return false;
        firsts.set(key, clock.now() + forMs);
        return true;
      },
      lookEveryMs,
      clock,
      logger: silentLogger,
    });
    const stop = orphans.run();
    onTestFinished(stop);
    return stop;
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(1_000);
      await settled();
    }
  };
  return { sessions, asked, replica, pass };
}

test('what was nobody’s at one look is closed at the next, unless it was opened anew in between', async () => {
  const { sessions, replica, pass } = edgeOfTheBanned();
  replica(true);
  await pass(lookEveryMs);
  for (const session of sessions) session.openingId = 'second';
  await pass(lookEveryMs);
  expect(sessions).toHaveLength(1);
  await pass(lookEveryMs);
  expect(sessions).toEqual([]);
});

test('who does not reach an edge lets another replica look at it', async () => {
  const { sessions, replica, pass } = edgeOfTheBanned();
  replica(false);
  await pass(10_000);
  replica(true);
  await pass(5 * lookEveryMs);
  expect(sessions).toEqual([]);
});

test('with several replicas a session is closed within two looks all the same', async () => {
  const { sessions, replica, pass } = edgeOfTheBanned();
  for (let phase = 0; phase < 3; phase++) {
    replica(true);
    await pass(20_000);
  }
  // The first one looked just now; the others leave the next look to it.
  await pass(50_000);
  expect(sessions).toHaveLength(1);
  await pass(10_000);
  expect(sessions).toEqual([]);
});

test('what a replica found that is gone by the next look, another one closes', async () => {
  const { sessions, replica, pass } = edgeOfTheBanned();
  const end = replica(true);
  await pass(20_000);
  replica(true);
  await pass(40_000);
  end();
  await pass(80_000);
  expect(sessions).toEqual([]);
});

test('asks once for all who are of one meeting, and leaves who is in it', async () => {
  const audience = Array.from({ length: 1_000 }, (_, index) => sessionOf('webinar', `viewer ${index}`));
  const { sessions, asked, replica, pass } = edgeOfTheBanned([...audience, sessionOf('m', 'ada')]);
  replica(true);
  await pass(lookEveryMs);
  expect(asked).toEqual([
    ['webinar', 1_000],
    ['m', 2],
  ]);
  await pass(lookEveryMs);
  expect(sessions).toHaveLength(1_001);
});
