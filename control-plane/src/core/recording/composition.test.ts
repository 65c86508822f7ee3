import { describe, expect, it } from 'vitest';
import { layOut, picture, stretchesOf } from './composition.ts';
import type { RecordingPart } from './recording.ts';

const part = (id: string, startedAt: number, writtenUntil: number, more: Partial<RecordingPart> = {}) => ({
  id,
  trackId: id,
  edgeId: 'a',
  kind: 'video' as const,
  screen: false,
  startedAt,
  writtenUntil,
  segments: 1,
  bytes: 1,
  running: false,
  ...more,
});

describe('the stretches of a recording', () => {
  it('are the times in which something was recorded, a minute at most, in whole pictures', () => {
    const parts = [part('1', 0, 70_000), part('2', 10_000, 90_010), part('3', 300_000, 310_000)];
    expect(stretchesOf(parts)).toEqual([
      { from: 0, to: 60_000 },
      { from: 60_000, to: 90_000 },
      { from: 300_000, to: 310_000 },
    ]);
  });

  it('are none for what is too short to be seen', () => {
    expect(stretchesOf([part('1', 0, 100)])).toEqual([]);
  });
});

describe('the picture', () => {
  const all = { from: 0, to: 10_000 };

  it('shows one camera alone, and two beside each other from when the second comes', () => {
    const placed = layOut([part('1', 0, 10_000), part('2', 4_000, 10_000), part('mic', 0, 9, { kind: 'audio' })], all);
    expect(placed).toEqual([
      { partId: '1', from: 0, to: 4_000, tile: { x: 0, y: 0, width: 1_280, height: 720 } },
      { partId: '1', from: 4_000, to: 10_000, tile: { x: 0, y: 0, width: 640, height: 720 } },
      { partId: '2', from: 4_000, to: 10_000, tile: { x: 640, y: 0, width: 640, height: 720 } },
    ]);
  });

  it('shows a screen large with cameras beside it', () => {
    const placed = layOut([part('cam', 0, 10_000), part('screen', 0, 10_000, { screen: true })], all);
    expect(placed).toMatchObject([
      { partId: 'screen', tile: { x: 0, width: 960, height: 720 } },
      { partId: 'cam', tile: { x: 960, y: 0, width: 320, height: 180 } },
    ]);
  });

  it('never shows two at one place, nor anybody outside of it, however many there are', () => {
    for (let count = 1; count <= 20; count++) {
      const tiles = layOut(
        Array.from({ length: count }, (_, index) => part(`${index}`, 0, 10_000)),
        all,
      ).map(({ tile }) => tile);
      expect(tiles).toHaveLength(Math.min(count, 16));
      expect(new Set(tiles.map(({ x, y }) => `${x} ${y}`)).size).toBe(tiles.length);
      for (const { x, y, width, height } of tiles) {
        expect([x + width <= picture.width, y + height <= picture.height]).toEqual([true, true]);
      }
    }
  });
});
