import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { PathWatch } from './path-watch.ts';

const lateMs = 80;

function setUp({ sends = false, roundTripMs = 0, audience = 2, random = 0.99 } = {}) {
  const clock = new VirtualClock();
  const asked: number[] = [];
  const timeouts: number[] = [];
  const rivals: boolean[] = [];
  const state: {
    playedAt: number;
    answers: boolean;
    failure: ErrorCode;
    late: number;
    dead: number;
    lost: number;
    stillSilent: number;
  } = {
    playedAt: 0,
    answers: true,
    failure: 'TIMEOUT',
    late: 0,
    dead: 0,
    lost: 0,
    stillSilent: 0,
  };
  const watch = new PathWatch({
    clock,
    random: () => random,
    lastPlayedAt: () => state.playedAt,
    sends: () => sends,
    audience: () => audience,
    roundTripMs: () => roundTripMs,
    ask: async (timeoutMs, { rival, onLate }) => {
      rivals.push(rival);
      asked.push(clock.now());
      timeouts.push(timeoutMs);
      if (state.answers) return;
      clock.after(lateMs, onLate);
      await new Promise((_, reject) => clock.after(timeoutMs, () => reject(new CanopyError(state.failure))));
    },
    onLate: () => {
      state.late += 1;
    },
    onDead: () => {
      state.dead += 1;
    },
    onLost: () => {
      state.lost += 1;
    },
    onStillSilent: () => {
      state.stillSilent += 1;
    },
  });
  /** Time passes; a frame is played every 33 ms. */
  const play = (forMs: number) => {
    for (let ms = 0; ms < forMs; ms += 33) {
      clock.advance(33);
      state.playedAt += 33;
    }
  };
  return { clock, state, asked, timeouts, rivals, watch, play };
}

/** Lets promises that are settled be heard of. */
const heard = () => new Promise((resolve) => setImmediate(resolve));

test('a path is dead when media stops and the server does not answer', async () => {
  const { clock, state, play } = setUp();
  play(1_000);
  state.answers = false;
  clock.advance(300);
  expect(state.dead).toBe(0);
  clock.advance(300);
  await heard();
  expect(state.dead).toBe(1);
});

test('a look that comes a little early counts', () => {
  const { clock, asked, play } = setUp();
  play(1_000);
  clock.advance(200);
  clock.set(-1);
  clock.advance(100);
  expect(asked).toHaveLength(1);
});

test('media that stops is no dead path while the server answers', async () => {
  const { clock, state, asked, play } = setUp();
  play(1_000);
  clock.advance(5_000);
  await heard();
  expect([asked.length, state.dead]).toEqual([1, 0]);
});

test('media that comes again before the answer is late is no dead path, nor is another one looked for', async () => {
  const { clock, state, play } = setUp();
  play(1_000);
  state.answers = false;
  clock.advance(300);
  play(600);
  await heard();
  expect([state.late, state.dead]).toEqual([0, 0]);
});

test('another way is looked for as soon as the answer is late, before the path is known to be dead', async () => {
  const { clock, state, asked, play } = setUp();
  play(1_000);
  state.answers = false;
  clock.advance(300);
  expect(asked).toHaveLength(1);
  clock.advance(lateMs);
  await heard();
  expect([state.late, state.dead]).toEqual([1, 0]);
});

test('who only sends asks once a second, who does neither never', () => {
  const sender = setUp({ sends: true });
  const nobody = setUp();
  for (const { clock } of [sender, nobody]) clock.advance(1_500);
  expect([sender.asked.length, nobody.asked.length]).toEqual([1, 0]);
});

test('of many who watch the same, each asks at a moment of its own, or not at all when media comes again before', () => {
  const crowd = [0, 0.3, 0.9].map((random) => setUp({ audience: 10_000, random }));
  for (const { clock, play } of crowd) {
    play(1_000);
    clock.advance(1_000);
  }
  const [first, second, last] = crowd.map(({ asked }) => asked[0] ?? Number.NaN);
  expect([Number(second) - Number(first), Number(last) - Number(first)]).toEqual([60, 180]);
  const stalled = setUp({ audience: 10_000, random: 0.9 });
  stalled.play(1_000);
  stalled.clock.advance(400);
  stalled.play(1_000);
  expect(stalled.asked).toEqual([]);
});

test('who sends to many asks at once, and so does who watches among few', () => {
  const alone = setUp();
  const presenter = setUp({ sends: true, audience: 10_000 });
  for (const { clock, play } of [alone, presenter]) {
    play(1_000);
    clock.advance(300);
  }
  expect([alone.asked.length, presenter.asked.length]).toEqual([1, 1]);
});

test('nothing is looked at after the end', () => {
  const { clock, asked, watch, play } = setUp();
  play(1_000);
  watch.stop();
  clock.advance(10_000);
  expect(asked).toEqual([]);
});

test('who only sends asks on although the clock was set back', async () => {
  const { clock, asked } = setUp({ sends: true });
  clock.advance(1_500);
  await heard();
  clock.set(-3_600_000);
  clock.advance(2_500);
  expect(asked).toHaveLength(2);
});

test('an answer is given three round trips more, and two seconds while nobody knows how long one is', () => {
  const [near, far, unknown] = [30, 200, Number.POSITIVE_INFINITY].map((roundTripMs) => setUp({ roundTripMs }));
  for (const each of [near, far, unknown]) {
    each?.play(1_000);
    each?.clock.advance(400);
  }
  expect([near, far, unknown].map((each) => each?.timeouts)).toEqual([[240], [750], [2_000]]);
});

test('a connection that is lost while it is asked is no dead path: it comes back when the server wants it to', async () => {
  const { clock, state, play } = setUp();
  play(1_000);
  state.answers = false;
  state.failure = 'STATE_UNAVAILABLE';
  clock.advance(600);
  await heard();
  expect([state.dead, state.lost]).toEqual([0, 1]);
});

test('a picture that comes a little unevenly is a stream all the same', () => {
  const { clock, state, asked } = setUp();
  for (let frame = 0; frame < 10; frame++) {
    state.playedAt += 150;
    clock.advance(150);
  }
  clock.advance(500);
  expect(asked).toHaveLength(1);
});

test('the pauses of a quiet microphone are no stream that stopped', async () => {
  const { clock, state, asked } = setUp();
  for (let packet = 0; packet < 50; packet++) {
    state.playedAt += 400;
    clock.advance(400);
    await heard();
  }
  expect(asked).toEqual([]);
});

test('another connection competes with the answer, but not thousands of them', () => {
  for (const [audience, sends, rival] of [
    [2, false, true],
    [10_000, false, false],
    [10_000, true, true],
  ] as const) {
    const { clock, rivals, play } = setUp({ audience, sends });
    play(1_000);
    clock.advance(600);
    expect(rivals).toEqual([rival]);
  }
});

test('media that does not come again with the connection is revived a few times, until it does', async () => {
  const { clock, state, play } = setUp();
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await heard();
    }
  };
  play(1_000);
  state.answers = false;
  await pass(1);
  expect([state.dead, state.stillSilent]).toEqual([1, 0]);
  state.answers = true;
  await pass(2);
  expect(state.stillSilent).toBe(2);
  play(1_000);
  await pass(3);
  expect(state.stillSilent).toBe(2);
  state.answers = false;
  play(1_000);
  await pass(1);
  state.answers = true;
  await pass(20);
  expect([state.dead, state.stillSilent]).toEqual([2, 7]);
});

test('who sends and receives nothing asks with patience, without another connection, and has no media to revive', async () => {
  const { clock, state, rivals } = setUp({ sends: true });
  state.answers = false;
  clock.advance(2_000);
  await heard();
  state.answers = true;
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await heard();
  }
  expect(state.dead).toBe(1);
  expect(rivals).toEqual([false, false, false, false]);
  expect(state.stillSilent).toBe(0);
});
