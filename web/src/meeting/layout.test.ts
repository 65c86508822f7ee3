import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridCapacity, gridLayout, stripCapacity } from './layout.ts';

test('two people stand side by side on a desktop and above each other on a phone', () => {
  expect(gridLayout(2, { width: 1280, height: 640 }, 12).columns).toBe(2);
  expect(gridLayout(2, { width: 344, height: 600 }, 12).columns).toBe(1);
});

test('one person gets the whole stage', () => {
  const { tile } = gridLayout(1, { width: 1600, height: 900 }, 12);
  expect(tile).toEqual({ width: 1600, height: 900 });
});

test('nobody becomes too small to recognise, even if the grid has to scroll', () => {
  const { tile, columns } = gridLayout(49, { width: 344, height: 500 }, 12);
  expect(tile.width).toBeGreaterThanOrEqual(160);
  expect(columns).toBe(2);
});

test('tiles never overflow the width, keep 16:9, and fit the height unless they scroll', () => {
  const box = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 120, max: 3000 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), box, (count, space) => {
      const { columns, tile } = gridLayout(count, space, 12);
      expect(columns * tile.width + (columns - 1) * 12).toBeLessThanOrEqual(space.width);
      expect(Math.abs(tile.width / tile.height - 16 / 9)).toBeLessThan(0.05);
      const rows = Math.ceil(count / columns);
      const fits = rows * tile.height + (rows - 1) * 12 <= space.height;
      expect(fits || tile.width >= 160).toBe(true);
    }),
  );
});

test('a page of the grid holds as many as can be recognised, and never so many that it scrolls', () => {
  const box = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 120, max: 3000 }) });
  fc.assert(
    fc.property(box, (space) => {
      const count = gridCapacity(space, 12);
      const { columns, tile } = gridLayout(count, space, 12);
      const rows = Math.ceil(count / columns);
      expect(rows * tile.height + (rows - 1) * 12).toBeLessThanOrEqual(space.height);
    }),
  );
});

test('beside a focus a page holds as many as fit one after the other, and always somebody', () => {
  expect(stripCapacity({ width: 224, height: 540 }, 12)).toBe(4);
  expect(stripCapacity({ width: 344, height: 88 }, 12)).toBe(2);
  expect(stripCapacity({ width: 224, height: 60 }, 12)).toBe(1);
  const side = fc.integer({ min: 1, max: 4000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const count = stripCapacity({ width, height }, 12);
      const [along, size] = height > width ? [height, (width / 16) * 9] : [width, (height / 9) * 16];
      expect(count === 1 || count * size + (count - 1) * 12 <= along + 0.01).toBe(true);
    }),
  );
});
