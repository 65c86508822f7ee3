import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { layerSettleMs } from '../../core/cascade/layer-demand.ts';
import { SteadyNeed } from './steady-need.ts';

const lingerMs = 5_000;

/** Something of three layers that has just begun to come, and what was asked for of it. */
function coming() {
  const clock = new VirtualClock();
  const asked: number[] = [];
  const need: SteadyNeed = new SteadyNeed({ clock, layers: 3, lingerMs, onChange: () => asked.push(need.layers) });
  return { clock, asked, need };
}

test.each([-3_600_000, 3_600_000])('somebody who sets the clock by %i ms changes nothing', (byMs) => {
  const { clock, asked, need } = coming();
  need.need(1);
  clock.set(byMs);
  need.need(1);
  clock.advance(layerSettleMs - 1);
  expect(asked).toEqual([]);
  clock.advance(1);
  expect(asked).toEqual([1]);
  need.need(3);
  need.need(2);
  clock.set(-byMs);
  need.need(2);
  clock.advance(lingerMs - 1);
  expect(asked).toEqual([1, 3]);
  clock.advance(1);
  expect(asked).toEqual([1, 3, 2]);
});

test('once closed it asks for nothing more', () => {
  const { clock, asked, need } = coming();
  need.need(1);
  need.close();
  need.need(2);
  clock.advance(60_000);
  expect(asked).toEqual([]);
});
