import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { ReceivedLevels } from './speaker-monitor.ts';

/** A receiver that played something at each of these times. */
function receiver() {
  const clock = new VirtualClock();
  const levels = new ReceivedLevels(clock);
  const played: RTCRtpSynchronizationSource[] = [];
  const source = { getSynchronizationSources: () => played };
  return {
    play: (audioLevel: number) => {
      played[0] = { source: 1, rtpTimestamp: 0, timestamp: clock.now(), audioLevel };
    },
    level: () => levels.of(source),
    pass: (ms: number) => clock.advance(ms),
    setClock: (byMs: number) => clock.set(byMs),
  };
}

test('what is not received, or has played nothing yet, is silent', () => {
  expect([new ReceivedLevels(new VirtualClock()).of(undefined), receiver().level()]).toEqual([0, 0]);
});

test('a level is that of what was played last, as long as more comes', () => {
  const { play, level, pass } = receiver();
  for (const loud of [0.5, 0.2]) {
    pass(400);
    play(loud);
    expect(level()).toBe(loud);
  }
});

test('somebody whose sound ends in the middle of a word is soon not heard any more', () => {
  const { play, level, pass } = receiver();
  play(0.5);
  expect(level()).toBe(0.5);
  pass(599);
  expect(level()).toBe(0.5);
  pass(1);
  expect(level()).toBe(0);
  play(0.3);
  expect(level()).toBe(0.3);
});

test('a sound that ended is not heard on because the clock was set back', () => {
  const { play, level, setClock } = receiver();
  play(0.5);
  expect(level()).toBe(0.5);
  setClock(-3_600_000);
  expect(level()).toBe(0);
});
