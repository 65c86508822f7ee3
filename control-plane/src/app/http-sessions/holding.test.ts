import type { EdgeState } from '@canopy/proto/edge_media';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { httpSession } from '../../testing/http-session.ts';
import { liveSession } from '../../testing/live-session.ts';
import { Holding } from './holding.ts';

const settled = () => new Promise((resolve) => void setImmediate(resolve));

/** A publisher that is looked after every second, and what its edge says. */
function publishing() {
  const clock = new VirtualClock();
  const session = { meetingId: 'm', participantId: 'ada', worker: 0, consumers: 0, trackIds: [], connected: false };
  const edge: EdgeState = { edgeId: 'e', bootId: 'b', links: [], sessions: [session], draining: false };
  const holding = new Holding({
    store: { keep: async () => {} },
    media: { getState: async () => edge },
    lookEveryMs: 1_000,
    connectWithinMs: 3_000,
    clock,
    logger: silentLogger,
  });
  const ended: string[] = [];
  holding.hold('id', httpSession, { session: liveSession('ada') }, (why) => ended.push(why));
  holding.run();
  const look = async (times = 1) => {
    for (let done = 0; done < times; done++) {
      clock.advance(1_000);
      await settled();
    }
  };
  return { edge, session, ended, look };
}

test('a publisher whose media does not come in time is given up', async () => {
  const { ended, look } = publishing();
  await look(3);
  expect(ended).toEqual([]);
  await look();
  expect(ended).toEqual(['TIMEOUT']);
});

test('a publisher is not given up for the session of its next connection, whose media is yet to come', async () => {
  const { session, ended, look } = publishing();
  session.connected = true;
  await look(5);
  session.connected = false;
  await look();
  expect(ended).toEqual([]);
});

test('a publisher is lost with its session', async () => {
  const { edge, session, ended, look } = publishing();
  session.connected = true;
  await look();
  edge.sessions = [];
  await look();
  expect(ended).toEqual(['SESSION_NOT_FOUND']);
});
