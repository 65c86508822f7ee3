import { expect, test } from 'vitest';
import { speakersAt } from './speakers.ts';

const nobody = new Map<string, number>();

function level(value: number) {
  return [{ participantId: 'ada', level: value }];
}

test('somebody who speaks up is heard', () => {
  expect([...speakersAt(0, nobody, level(0.05)).keys()]).toEqual(['ada']);
});

test('background noise is nobody', () => {
  expect(speakersAt(0, nobody, level(0.015)).size).toBe(0);
});

test('who speaks already may speak a little lower', () => {
  expect(speakersAt(5_000, new Map([['ada', 0]]), level(0.015)).get('ada')).toBe(5_000);
});

test('what Safari tells of a room (LibWebRTCRtpReceiverBackend.cpp divides whole numbers) is no voice that goes on', () => {
  const [room, voice] = [-50, -35].map((dBov) => 10 ** Math.trunc(dBov / 20));
  const speaking = new Map([['ada', 0]]);
  expect(speakersAt(800, speaking, level(Number(room))).has('ada')).toBe(false);
  expect(speakersAt(800, speaking, level(Number(voice))).has('ada')).toBe(true);
});

test('the pause between two words is no end, a longer one is', () => {
  const speaking = new Map([['ada', 0]]);
  expect(speakersAt(600, speaking, level(0)).has('ada')).toBe(true);
  expect(speakersAt(800, speaking, level(0)).has('ada')).toBe(false);
  // Nor is a clock that was set back a reason to go on.
  expect(speakersAt(-3_600_000, speaking, level(0)).has('ada')).toBe(false);
});
