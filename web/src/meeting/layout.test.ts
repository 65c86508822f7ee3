import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, capacityOf, type Place, placesIn, placesOfTwo } from './layout.ts';

const phone = { width: 344, height: 560 };
const sideways = { width: 708, height: 207 };
const laptop = { width: 1248, height: 640 };

const anyBox = fc.record({ width: fc.integer({ min: 240, max: 4000 }), height: fc.integer({ min: 130, max: 3000 }) });
const anyCase = fc.record({ box: anyBox, large: fc.nat(6), wished: fc.nat(60) });

/** As many as a page holds, of those who wish to be seen. */
function page({ box, large, wished }: { box: Box; large: number; wished: number }): Place[] {
  const { grid, strip } = capacityOf(box);
  return placesIn(box, large, Math.min(wished, large > 0 ? strip : grid));
}

const rows = (places: Place[]) => new Set(places.map(({ top }) => top)).size;
const right = ({ start, width }: Place) => start + width;
const bottom = ({ top, height }: Place) => top + height;
const areaOf = ({ width, height }: Place) => width * height;
const isApart = (one: Place, other: Place) =>
  right(other) < one.start || right(one) < other.start || bottom(other) < one.top || bottom(one) < other.top;

test('two who are alike stand side by side on a laptop and above each other on a phone', () => {
  expect(rows(placesIn(laptop, 0, 2))).toBe(1);
  expect(rows(placesIn(phone, 0, 2))).toBe(2);
});

test('of two who talk with each other the other fills the stage, and oneself is small in its corner', () => {
  expect(placesOfTwo(laptop)).toEqual([
    { start: 0, top: 0, width: 1248, height: 640, hidden: 236 },
    { start: 1012, top: 502, width: 224, height: 126, floats: true },
  ]);
});

test('where there is room beside the other, or below, oneself stands there', () => {
  expect(placesOfTwo(sideways)).toEqual([
    { start: 49, top: 0, width: 414, height: 207, hidden: 0 },
    { start: 475, top: 104, width: 184, height: 103, floats: false },
  ]);
  expect(placesOfTwo(phone)).toEqual([
    { start: 0, top: 54, width: 344, height: 344, hidden: 0 },
    { start: 172, top: 410, width: 172, height: 96, floats: false },
  ]);
});

test('of two the other is larger than in a grid, and oneself hides a fourth of it at most, below and at its end', () => {
  fc.assert(
    fc.property(anyBox, (box) => {
      const [other, own] = placesOfTwo(box);
      for (const alike of placesIn(box, 0, 2)) expect(areaOf(other)).toBeGreaterThan(areaOf(alike));
      for (const place of [other, own]) {
        expect(Math.min(place.start, place.top)).toBeGreaterThanOrEqual(0);
        expect(right(place)).toBeLessThanOrEqual(box.width);
        expect(bottom(place)).toBeLessThanOrEqual(box.height);
      }
      expect(isApart(other, own)).toBe(!own.floats);
      if (!own.floats) return;
      expect(right(other) - own.start).toBe(other.hidden);
      expect(own.top).toBeGreaterThanOrEqual(other.top + other.height / 2 - 12);
      expect(areaOf(own)).toBeLessThanOrEqual(areaOf(other) / 4);
    }),
  );
});

test('one person has the whole stage, in the grid and when large with nobody beside', () => {
  const whole = [{ start: 0, top: 0, width: 1600, height: 900 }];
  expect(placesIn({ width: 1600, height: 900 }, 0, 1)).toEqual(whole);
  expect(placesIn({ width: 1600, height: 900 }, 1, 0)).toEqual(whole);
});

test('those in the last row stand in its middle', () => {
  const [first, second, last] = placesIn({ width: 800, height: 600 }, 0, 3);
  if (first === undefined || second === undefined || last === undefined) throw new Error('nobody stands there');
  expect(last.start + last.width / 2).toBeCloseTo((first.start + right(second)) / 2, 0);
});

test('tiles stay on the stage, keep 16:9 and never cover each other', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const places = page(one);
      for (const [index, place] of places.entries()) {
        expect(Math.min(place.start, place.top)).toBeGreaterThanOrEqual(0);
        expect(right(place)).toBeLessThanOrEqual(one.box.width);
        expect(bottom(place)).toBeLessThanOrEqual(one.box.height);
        expect(Math.abs(place.height - (place.width / 16) * 9)).toBeLessThanOrEqual(1);
        expect(places.slice(index + 1).every((other) => isApart(place, other))).toBe(true);
      }
    }),
  );
});

test('nobody on a page of the grid is too small to recognise', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      for (const { width } of page({ ...one, large: 0 })) expect(width).toBeGreaterThanOrEqual(160);
    }),
  );
});

test('who is large is never smaller than those beside', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const [large, ...others] = page({ ...one, large: 1 });
      expect(others.every(({ width }) => width <= (large?.width ?? 0))).toBe(true);
    }),
  );
});

test('the others stand in a column beside what is large, below it where that leaves it larger', () => {
  expect(capacityOf(laptop).strip).toBe(4);
  expect(placesIn(laptop, 1, 2)).toEqual([
    { start: 0, top: 36, width: 1012, height: 569 },
    { start: 1024, top: 188, width: 224, height: 126 },
    { start: 1024, top: 326, width: 224, height: 126 },
  ]);
  expect(capacityOf(sideways).strip).toBe(1);
  expect(placesIn(sideways, 1, 1)[0]?.height).toBe(sideways.height);
  expect(capacityOf(phone).strip).toBe(2);
  expect(placesIn(phone, 1, 2)).toEqual([
    { start: 0, top: 134, width: 344, height: 193 },
    { start: 10, top: 473, width: 156, height: 87 },
    { start: 178, top: 473, width: 156, height: 87 },
  ]);
});

test('a lower stage never holds more, so that a pager below it stays', () => {
  fc.assert(
    fc.property(anyBox, fc.integer({ min: 1, max: 60 }), (box, pager) => {
      const lower = capacityOf({ ...box, height: Math.max(1, box.height - pager) });
      expect(lower.strip).toBeLessThanOrEqual(capacityOf(box).strip);
      expect(lower.grid).toBeLessThanOrEqual(capacityOf(box).grid);
    }),
    { numRuns: 2_000 },
  );
});

test('a stage without any room has places of no size', () => {
  expect(placesIn({ width: 0, height: 0 }, 1, 1).map(({ width }) => width)).toEqual([0, 0]);
  expect(capacityOf({ width: 0, height: 0 })).toEqual({ grid: 1, strip: 1 });
});
