import { describe, expect, it } from 'vitest';
import { picture } from './composition.ts';
import { layOut } from './layout.ts';
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

describe('the picture', () => {
  const all = { from: 0, to: 10_000 };

  it('shows one camera alone, and two beside each other from when the second comes', () => {
    const placed = layOut(
      [part('1', 0, 10_000), part('2', 4_000, 10_000), part('mic', 0, 9, { kind: 'audio' })],
      all,
      [],
    );
    expect(placed).toEqual([
      { partId: '1', from: 0, to: 4_000, tile: { x: 0, y: 0, width: 1_280, height: 720 } },
      { partId: '1', from: 4_000, to: 10_000, tile: { x: 0, y: 0, width: 640, height: 720 } },
      { partId: '2', from: 4_000, to: 10_000, tile: { x: 640, y: 0, width: 640, height: 720 } },
    ]);
  });

  it('shows a screen large with cameras beside it', () => {
    const placed = layOut([part('cam', 0, 10_000), part('screen', 0, 10_000, { screen: true })], all, []);
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
        [],
      ).map(({ tile }) => tile);
      expect(tiles).toHaveLength(Math.min(count, 16));
      expect(new Set(tiles.map(({ x, y }) => `${x} ${y}`)).size).toBe(tiles.length);
      for (const { x, y, width, height } of tiles) {
        expect([x + width <= picture.width, y + height <= picture.height]).toEqual([true, true]);
      }
    }
  });

  const ada = part('ada', 0, 10_000, { participantId: 'a' });
  const ben = part('ben', 0, 10_000, { participantId: 'b' });
  const speaking = [
    { participantId: 'a', from: 1_000, to: 4_000 },
    { participantId: 'b', from: 4_000, to: 10_000 },
  ];
  const beside = { x: 0, y: 0, width: 640, height: 720 };
  const large = { x: 0, y: 0, width: 1_280, height: 576 };
  const below = { x: 512, y: 576, width: 256, height: 144 };

  it('shows who speaks large with the others in a strip, and nobody large while nobody speaks', () => {
    const placed = layOut([ada, ben], all, speaking);
    const of = (partId: string) => placed.flatMap((one) => (one.partId === partId ? [[one.from, one.tile]] : []));
    expect(of('ada')).toEqual([
      [0, beside],
      [1_000, large],
      [4_000, below],
    ]);
    expect(of('ben')).toEqual([
      [0, { ...beside, x: 640 }],
      [1_000, below],
      [4_000, large],
    ]);
  });

  it('shows who speaks first beside a screen', () => {
    const placed = layOut([ada, ben, part('screen', 0, 10_000, { screen: true })], all, speaking);
    const at = (time: number) => placed.filter(({ from, to, tile }) => from <= time && to > time && tile.x === 960);
    expect(at(2_000).find(({ tile }) => tile.y === 0)?.partId).toBe('ada');
    expect(at(5_000).find(({ tile }) => tile.y === 0)?.partId).toBe('ben');
  });

  it('shows a grid while somebody speaks who has no camera, or is alone', () => {
    expect(layOut([ada, ben], all, [{ participantId: 'c', from: 0, to: 10_000 }])[0]?.tile).toEqual(beside);
    expect(layOut([ada], all, speaking)).toMatchObject([{ from: 0, to: 10_000, tile: { width: 1_280, height: 720 } }]);
  });

  const cy = (startedAt: number, writtenUntil: number) => {
    return part(`cy ${startedAt}`, startedAt, writtenUntil, { kind: 'audio', participantId: 'c' });
  };

  it('shows who has no camera as a card after the others, from the first to the last that was recorded of them', () => {
    const placed = layOut([ada, cy(2_000, 3_000), cy(5_000, 8_000)], all, []);
    expect(placed).toEqual([
      { partId: 'ada', participantId: 'a', from: 0, to: 2_000, tile: { ...beside, width: 1_280 } },
      { partId: 'ada', participantId: 'a', from: 2_000, to: 8_000, tile: beside },
      { partId: undefined, participantId: 'c', from: 2_000, to: 8_000, tile: { ...beside, x: 640 } },
      { partId: 'ada', participantId: 'a', from: 8_000, to: 10_000, tile: { ...beside, width: 1_280 } },
    ]);
  });

  it('shows a card instead of a camera that is off, and large while its person speaks', () => {
    const spoken = [{ participantId: 'c', from: 5_000, to: 10_000 }];
    const camera = part('camera', 0, 5_000, { participantId: 'c' });
    const placed = layOut([ada, camera, cy(0, 10_000)], all, spoken);
    expect(placed.flatMap((one) => (one.participantId === 'c' ? [[one.partId, one.from, one.tile]] : []))).toEqual([
      ['camera', 0, { ...beside, x: 640 }],
      [undefined, 5_000, large],
    ]);
  });

  it('shows cards beside a screen only where there is a camera as well', () => {
    const screen = part('screen', 0, 10_000, { screen: true, participantId: 'c' });
    expect(layOut([screen, cy(0, 10_000)], all, [])).toMatchObject([{ partId: 'screen', tile: { width: 1_280 } }]);
    expect(layOut([screen, cy(0, 10_000), ada], all, [])).toMatchObject([
      { partId: 'screen', tile: { width: 960 } },
      { partId: 'ada', tile: { x: 960, y: 0 } },
      { participantId: 'c', tile: { x: 960, y: 180 } },
    ]);
  });
});
