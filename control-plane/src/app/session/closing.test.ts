import { setImmediate as settled } from 'node:timers/promises';
import type { CloseSessionRequest } from '@canopy/proto/edge_media';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { Closing } from './closing.ts';

const session = { edgeId: 'europe', openingId: 'first' };

function closing() {
  const clock = new VirtualClock();
  const edge = { answers: false, isAlive: true, asked: 0 };
  const closed: (CloseSessionRequest | { meetingId: string })[] = [];
  const close = async (_: string, what: CloseSessionRequest | { meetingId: string }) => {
    edge.asked += 1;
    if (!edge.answers) throw new CanopyError('EDGE_UNREACHABLE');
    closed.push(what);
  };
  const here = new Closing({
    media: { closeSession: close, closeMeeting: close },
    isAlive: () => edge.isAlive,
    clock,
    random: () => 1,
    logger: silentLogger,
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
  };
  return { here, edge, closed, pass };
}

test('what an edge was not told is told it when it answers again, and nobody waits for that', async () => {
  const { here, edge, closed, pass } = closing();
  await here.session(session, 'm', 'ada');
  await here.meeting('europe', 'over');
  await pass(30);
  expect(closed).toEqual([]);
  edge.answers = true;
  await pass(10);
  expect(closed).toHaveLength(2);
  expect(closed).toEqual(
    expect.arrayContaining([{ meetingId: 'm', participantId: 'ada', openingId: 'first' }, { meetingId: 'over' }]),
  );
  await pass(60);
  expect(closed).toHaveLength(2);
});

test('an edge that died is not asked again', async () => {
  const { here, edge, pass } = closing();
  await here.session(session, 'm', 'ada');
  edge.isAlive = false;
  await pass(10);
  const { asked } = edge;
  await pass(150);
  expect(edge.asked).toBe(asked);
});

test('an edge that did not answer is not asked again at once', async () => {
  const { here, edge, pass } = closing();
  await here.session(session, 'm', 'ada');
  await settled();
  expect(edge.asked).toBe(1);
  await pass(1);
  expect(edge.asked).toBe(2);
});

test('a session without a name is tried once: later it may be that of who came back', async () => {
  const { here, edge, closed, pass } = closing();
  await here.session({ edgeId: 'europe' }, 'm', 'ada');
  edge.answers = true;
  await pass(150);
  expect(closed).toEqual([]);
});
