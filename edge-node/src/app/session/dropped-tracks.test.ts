import { VirtualClock } from '@canopy/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../ports/control-plane.ts';
import { DroppedTracks } from './dropped-tracks.ts';

const camera = { meetingId: 'm', trackId: 'camera' };

/** An edge with a viewer of everything, and when it told what. */
function dropping() {
  const clock = new VirtualClock();
  const viewer = { awaits: true };
  const told: { fact: Fact; at: number }[] = [];
  const facts = { publish: (fact: Fact) => told.push({ fact, at: clock.monotonicMs() }) };
  const dropped = new DroppedTracks({ clock, facts, isAwaited: () => viewer.awaits });
  onTestFinished(() => dropped.close());
  return { clock, viewer, told, dropped, times: () => told.map(({ at }) => at) };
}

test('that a track is to be taken anew is told again until everybody has done so', () => {
  const { clock, viewer, told, dropped } = dropping();
  dropped.tell(camera);
  clock.advance(3_000);
  const telling = (notice: number, at: number) => ({ fact: { trackClosed: { ...camera, notice } }, at });
  expect(told).toEqual([telling(1, 0), telling(2, 3_000)]);
  viewer.awaits = false;
  clock.advance(600_000);
  expect(told).toHaveLength(2);
});

test('it is told less and less often, and not for ever', () => {
  const { clock, dropped, times } = dropping();
  dropped.tell(camera);
  clock.advance(3_600_000);
  expect(times()).toEqual([0, 3_000, 9_000, 21_000, 45_000, 93_000, 189_000, 381_000]);
});

test('a track that is to be taken anew once more begins afresh, and no other one with it', () => {
  const { clock, dropped, times } = dropping();
  dropped.tell(camera);
  clock.advance(20_000);
  dropped.tell(camera);
  dropped.tell({ ...camera, trackId: 'screen' });
  clock.advance(10_000);
  expect(times()).toEqual([0, 3_000, 9_000, 20_000, 20_000, 23_000, 23_000, 29_000, 29_000]);
});

test('of a track that ended for a viewer by itself is told in a moment, if that viewer is still there then', () => {
  const { clock, viewer, dropped, times } = dropping();
  dropped.ended(camera);
  clock.advance(199);
  expect(times()).toEqual([]);
  clock.advance(1);
  expect(times()).toEqual([200]);
  clock.advance(600);
  dropped.ended(camera);
  clock.advance(200);
  expect(times()).toEqual([200, 1_000]);
  dropped.ended(camera);
  viewer.awaits = false;
  clock.advance(600_000);
  expect(times()).toEqual([200, 1_000]);
});

test('of what is told anyway the viewers for whom it ended are not told twice', () => {
  const { clock, dropped, times } = dropping();
  dropped.ended(camera);
  dropped.tell(camera);
  dropped.ended(camera);
  clock.advance(5_000);
  expect(times()).toEqual([0, 3_000]);
});

test('a track that comes and goes is told twice a second, and the last of it is not left out', () => {
  const { clock, viewer, dropped, times } = dropping();
  for (let at = 0; at < 1_000; at += 100) {
    dropped.tell(camera);
    clock.advance(100);
  }
  viewer.awaits = false;
  clock.advance(600_000);
  expect(times()).toEqual([0, 500, 1_000]);
});

test('nothing is told later or sooner because somebody set the clock', () => {
  for (const byMs of [-3_600_000, 3_600_000]) {
    const { clock, dropped, times } = dropping();
    dropped.tell(camera);
    clock.set(byMs);
    clock.advance(400);
    dropped.tell(camera);
    clock.advance(600);
    dropped.tell(camera);
    clock.advance(3_000);
    expect(times()).toEqual([0, 500, 1_000, 4_000]);
  }
});
