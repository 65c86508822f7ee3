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

/** One edge, on which a banned participant still has a session, and replicas that look at it. */
function edgeOfTheBanned() {
  const clock = new VirtualClock();
  const banned = { meetingId: 'm', participantId: 'banned', worker: 0, consumers: 1, trackIds: [], connected: true };
  const sessions: SessionState[] = [{ ...banned, openingId: 'first' }];
  const firsts = new Map<string, number>();
  const replica = (reaches: boolean) => {
    const asked = async <T>(answer: T) => {
      if (!reaches) throw new CanopyError('EDGE_UNREACHABLE');
      return answer;
    };
    const orphans = new Orphans({
      edges: { list: () => [europe] },
      media: {
        getState: () => asked({ edgeId: 'europe', bootId: 'boot', links: [], sessions: [...sessions] }),
        closeSession: async (_, { openingId }) => {
          const [session] = await asked(sessions);
          if (session?.openingId === openingId) sessions.pop();
        },
      },
      edgesOf: async () => [],
      isFirst: async (key, forMs) => {
        if ((firsts.get(key) ?? 0) > clock.now()) return false;
        firsts.set(key, clock.now() + forMs);
        return true;
      },
      lookEveryMs,
      clock,
      logger: silentLogger,
    });
    onTestFinished(orphans.run());
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.advance(1_000);
      await settled();
    }
  };
  return { sessions, replica, pass };
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
