import type { PicturesLowered } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../ports/control-plane.ts';
import { LoweredPictures } from './lowered-pictures.ts';

/** One viewer of a meeting, and what is told of them. */
function watched() {
  const clock = new VirtualClock();
  const subscriptions = { loweredTrackIds: [] as string[] };
  const sessions = new Map([['ada', { participantId: 'ada', subscriptions }]]);
  const told: Fact[] = [];
  const facts = { publish: (fact: Fact) => told.push(fact) };
  const watch = new LoweredPictures({ clock, facts, viewers: () => [{ id: 'm', sessions }] });
  onTestFinished(() => watch.close());
  const look = (...loweredTrackIds: string[]) => {
    subscriptions.loweredTrackIds = loweredTrackIds;
    clock.advance(5_000);
    return told.splice(0);
  };
  return { look };
}

const lowered = (...trackIds: string[]): { picturesLowered: PicturesLowered }[] => [
  { picturesLowered: { meetingId: 'm', participantId: 'ada', trackIds } },
];

test('who gets less than they ask for is told again and again, from the second look on until it ends', () => {
  const { look } = watched();
  expect(look('camera')).toEqual([]);
  expect(look('camera')).toEqual(lowered('camera'));
  expect(look('camera')).toEqual(lowered('camera'));
  expect(look()).toEqual([]);
  expect(look('camera')).toEqual([]);
});

test('of each track by itself: a layer that is about to change is nothing to tell', () => {
  const { look } = watched();
  look('camera');
  expect(look('camera', 'screen')).toEqual(lowered('camera'));
  expect(look('screen')).toEqual(lowered('screen'));
});
