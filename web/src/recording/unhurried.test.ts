import type { RecordingInfo } from '@canopy/client';
import { expect, it } from 'vitest';
import { Unhurried } from './unhurried.ts';

const recording = (
  status: RecordingInfo['status'],
  composed: RecordingInfo['composition']['status'],
): RecordingInfo => ({
  id: 'recording',
  meetingId: 'meeting',
  status,
  edgeId: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  expiresAt: null,
  error: null,
  parts: [],
  gaps: [],
  composition: { status: composed, progress: 0, bytes: null, durationMs: null, error: null },
});

/** What is asked for each second for so long, and how often that was. */
async function asked(seconds: number, ...recordings: RecordingInfo[]): Promise<number> {
  let [now, times] = [0, 0];
  const unhurried = new Unhurried(
    async () => {
      times++;
      return { recordings };
    },
    () => now,
  );
  for (; now < seconds * 1_000; now += 1_000) expect(await unhurried.load()).toEqual({ recordings });
  return times;
}

it('asks each second while something is recorded or composed', async () => {
  const ready = recording('stopped', 'ready');
  for (const unfinished of [recording('running', 'waiting'), recording('stopped', 'composing')])
    expect(await asked(30, ready, unfinished)).toBe(30);
});

it('asks seldom when all are ready, or there are none', async () => {
  expect(await asked(30, recording('stopped', 'ready'), recording('stopped', 'failed'))).toBe(6);
  expect(await asked(30)).toBe(6);
});

it('asks at once after something changed', async () => {
  let times = 0;
  const unhurried = new Unhurried(
    async () => {
      times++;
      return { recordings: [] };
    },
    () => 0,
  );
  await unhurried.load();
  unhurried.hurry();
  await unhurried.load();
  expect(times).toBe(2);
});

it('asks at once again after a failure', async () => {
  let fails = true;
  const unhurried = new Unhurried(
    async () => {
      if (fails) throw new Error('away');
      return { recordings: [] };
    },
    () => 0,
  );
  await expect(unhurried.load()).rejects.toThrow('away');
  fails = false;
  expect(await unhurried.load()).toEqual({ recordings: [] });
});
