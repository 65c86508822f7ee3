import { expect, test } from 'vitest';
import { arc, landPath, mapSize, place } from './projection.ts';

const frankfurt = { latitude: 50.11, longitude: 8.68 };
const sydney = { latitude: -33.87, longitude: 151.21 };
const saoPaulo = { latitude: -23.55, longitude: -46.63 };

test('every inhabited corner is on the map', () => {
  const corners = [
    { latitude: 64.1, longitude: -149 },
    { latitude: -54.8, longitude: -68.3 },
    { latitude: -45, longitude: 170 },
    { latitude: 71, longitude: 25 },
  ];
  for (const [x, y] of corners.map(place)) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(mapSize.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(mapSize.height);
  }
});

test('north is up, and east is right', () => {
  expect(place(frankfurt)[1]).toBeLessThan(place(sydney)[1]);
  expect(place(frankfurt)[0]).toBeLessThan(place(sydney)[0]);
});

test('there and back are two lines, both on the map', () => {
  const there = arc(saoPaulo, sydney);
  const back = arc(sydney, saoPaulo);
  expect(there).not.toBe(back);
  for (const line of [there, back]) {
    const ys = [...line.matchAll(/,([\d.-]+)/g)].map(([, y]) => Number(y));
    const [y1 = 0, control = 0, y2 = 0] = ys;
    // A quadratic curve's middle is half-way between its control point and the middle of its ends.
    expect((y1 + y2) / 4 + control / 2).toBeLessThan(mapSize.height);
  }
});

test('there is land', () => {
  expect(landPath.length).toBeGreaterThan(10_000);
});
