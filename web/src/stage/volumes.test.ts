import { TrackSource } from '@canopy/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { canSetLevel, resetVolumes, type Sound, setVolume, soundOf, volumeOf, volumes } from './volumes.ts';

const { MICROPHONE, SCREEN_AUDIO } = TrackSource;
const now = (participantId: string, sound: Sound = MICROPHONE) => volumeOf(volumes.getState(), participantId, sound);
const full = { level: 1, muted: false };

beforeEach(resetVolumes);
afterEach(() => void vi.unstubAllGlobals());

test('everybody is heard at full volume until that is changed', () => {
  expect(now('ada')).toEqual(full);
  setVolume('ada', MICROPHONE, { level: 0.4 });
  setVolume('ada', MICROPHONE, { muted: true });
  expect(now('ada')).toEqual({ level: 0.4, muted: true });
  expect(now('ben')).toEqual(full);
});

test('who is silenced is still heard in what they share', () => {
  setVolume('ada', soundOf(TrackSource.CAMERA), { muted: true });
  expect(now('ada', SCREEN_AUDIO)).toEqual(full);
  setVolume('ada', soundOf(TrackSource.SCREEN), { level: 0.2 });
  expect(now('ada')).toEqual({ level: 1, muted: true });
  expect(now('ada', soundOf(SCREEN_AUDIO))).toEqual({ level: 0.2, muted: false });
});

test('a new meeting begins with everybody heard', () => {
  setVolume('ada', MICROPHONE, { level: 0.1, muted: true });
  resetVolumes();
  expect(now('ada')).toEqual(full);
});

test('whoever listens for changes is told of each, and only the one that was changed is another', () => {
  setVolume('ada', MICROPHONE, { level: 0.5 });
  const ada = now('ada');
  const told: unknown[] = [];
  const stop = volumes.subscribe((all) => told.push(volumeOf(all, 'ben', MICROPHONE)));
  setVolume('ben', MICROPHONE, { muted: true });
  stop();
  expect(told).toEqual([{ level: 1, muted: true }]);
  expect(now('ada')).toBe(ada);
});

test('how loud somebody is can be set where elements keep the level they are given, which on iOS they do not', () => {
  vi.stubGlobal(
    'Audio',
    class {
      volume = 1;
    },
  );
  expect(canSetLevel()).toBe(true);
  vi.stubGlobal(
    'Audio',
    class {
      get volume() {
        return 1;
      }
      set volume(_level: number) {}
    },
  );
  expect(canSetLevel()).toBe(false);
});
