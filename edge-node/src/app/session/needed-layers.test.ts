import { VirtualClock } from '@canopy/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../ports/control-plane.ts';
import { NeededLayers } from './needed-layers.ts';

const ids = { meetingId: 'm', participantId: 'ada', trackId: 'camera' };

test('a publisher of whom something else arrives than they were told to encode is told again until it does not', () => {
  const clock = new VirtualClock();
  const told: Fact[] = [];
  const feed = { layers: 2, unheeded: false };
  const other = { ...ids, trackId: 'other', feed: { layers: 3, unheeded: false } };
  const published = () => [{ ...ids, feed }, other];
  const needed = new NeededLayers({ clock, facts: { publish: (fact) => told.push(fact) }, published });
  onTestFinished(() => needed.close());
  needed.tell({ ...ids, feed });
  clock.advance(5_000);
  expect(told.splice(0)).toEqual([{ layersNeeded: { ...ids, layers: 2 } }]);
  Object.assign(feed, { layers: 1, unheeded: true });
  clock.advance(10_000);
  expect(told.splice(0)).toEqual([1, 1].map((layers) => ({ layersNeeded: { ...ids, layers } })));
  feed.unheeded = false;
  clock.advance(10_000);
  expect(told).toEqual([]);
});
