import { pause } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { PathWatch } from './path-watch.ts';
import { SetClock } from './testing/set-clock.ts';

function setUp({ sends = false } = {}) {
  const clock = new SetClock();
  const asked: number[] = [];
  const timeouts: number[] = [];
  const state = { playedAt: 0, answers: true, answersInMs: 0, dead: 0 };
  const watch = new PathWatch({
    clock,
    lastPlayedAt: () => state.playedAt,
    sends: () => sends,
    ask: async (timeoutMs) => {
      asked.push(clock.now());
      timeouts.push(timeoutMs);
      if (state.answersInMs > 0) await pause(clock, state.answersInMs);
      if (!state.answers) await new Promise((_, reject) => clock.after(timeoutMs, () => reject(new Error('late'))));
    },
    onDead: () => {
      state.dead += 1;
    },
  });
  /** Time passes; a frame is played every 33 ms. */
  const play = (forMs: number) => {
    for (let ms = 0; ms < forMs; ms += 33) {
      clock.advance(33);
      state.playedAt += 33;
    }
  };
  return { clock, state, asked, timeouts, watch, play };
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

test('media that stops is no dead path while the server answers', async () => {
  const { clock, state, asked, play } = setUp();
  play(1_000);
  clock.advance(5_000);
  await heard();
  expect([asked.length, state.dead]).toEqual([1, 0]);
});

test('media that comes again before the answer is late is no dead path', async () => {
  const { clock, state, play } = setUp();
  play(1_000);
  state.answers = false;
  clock.advance(300);
  play(600);
  await heard();
  expect(state.dead).toBe(0);
});

test('who only sends asks once a second, who does neither never', () => {
  const sender = setUp({ sends: true });
  const nobody = setUp();
  for (const { clock } of [sender, nobody]) clock.advance(1_500);
  expect([sender.asked.length, nobody.asked.length]).toEqual([1, 0]);
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

test('an answer is given no less time because the clock was set back during the last one', async () => {
  const { clock, state, timeouts, play } = setUp();
  state.answersInMs = 100;
  play(1_000);
  clock.advance(300);
  clock.set(-3_600_000);
  clock.advance(100);
  await heard();
  play(1_000);
  clock.advance(400);
  expect(timeouts).toEqual([150, 150]);
});
