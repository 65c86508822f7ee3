import { TrackSource } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { toyProducer } from '../../testing/toy-feed.ts';
import { LocalFeed } from './local-feed.ts';

interface Published {
  source?: TrackSource;
  mimeType?: string;
}

/** A camera of three layers, just published, of which every layer arrives. */
function published({ source = TrackSource.CAMERA, mimeType = 'video/VP8' }: Published = {}) {
  const clock = new VirtualClock();
  const arriving = new Set([0, 1, 2]);
  const layers = { spatial: 3, temporal: 1 };
  const producer = { ...toyProducer('p'), mimeType, layers, arrives: (layer: number) => arriving.has(layer) };
  const feed = new LocalFeed({ edgeId: 'e', producer, workerIndex: 0, source, muted: false, clock });
  const asked: number[] = [];
  feed.facts.on('asked', () => asked.push(feed.layers));
  return { clock, arriving, feed, asked };
}

test('of a camera that nobody sees the lowest layer comes, after sender reports have told of all', () => {
  const { clock, feed, asked } = published();
  expect(feed.layers).toBe(3);
  clock.advance(9_999);
  expect(asked).toEqual([]);
  clock.advance(1);
  expect(asked).toEqual([1]);
});

test('more is asked of the publisher at once, less after it was needed by nobody for ten seconds', () => {
  const { clock, feed, asked } = published();
  clock.advance(20_000);
  feed.need(3);
  expect(asked).toEqual([1, 3]);
  feed.need(2);
  clock.advance(9_999);
  feed.need(3);
  clock.advance(60_000);
  expect(asked).toEqual([1, 3]);
  feed.need(0);
  clock.advance(10_000);
  expect(asked).toEqual([1, 3, 1]);
});

test('children who take all there is, as at first, need no more than there is', () => {
  const { clock, feed, asked } = published();
  feed.need(Number.POSITIVE_INFINITY);
  clock.advance(60_000);
  expect(asked).toEqual([]);
  expect(feed.layers).toBe(3);
});

test('a publisher who sends other layers than they were told to heeds it not, unless they are muted', () => {
  const { clock, arriving, feed } = published();
  feed.need(2);
  arriving.delete(2);
  expect(feed.unheeded).toBe(false);
  arriving.add(2);
  clock.advance(10_000);
  expect(feed.unheeded).toBe(true);
  arriving.delete(2);
  expect(feed.unheeded).toBe(false);
  feed.need(3);
  expect(feed.unheeded).toBe(true);
  feed.setMuted(true);
  expect(feed.unheeded).toBe(false);
});

test.each([
  ['a screen, whose text is to be sharp at once', { source: TrackSource.SCREEN }],
  ['what comes as one stream', { mimeType: 'video/VP9' }],
])('nothing is asked of %s', (_, of) => {
  const { clock, feed, asked } = published(of);
  feed.need(1);
  clock.advance(60_000);
  expect(asked).toEqual([]);
  expect(feed.unheeded).toBe(false);
});

test('of the score others hear when nothing arrives any more, and when something does again', () => {
  const clock = new VirtualClock();
  let tell = (_score: number) => {};
  const onScore = (listener: (score: number) => void) => {
    tell = listener;
  };
  const options = { edgeId: 'e', workerIndex: 0, source: TrackSource.CAMERA, muted: false, clock };
  const feed = new LocalFeed({ ...options, producer: { ...toyProducer('p'), onScore } });
  const told: number[] = [];
  feed.facts.on('score', (score) => told.push(score));
  for (const score of [9, 7, 0, 0, 6, 10]) tell(score);
  expect(told).toEqual([0, 6]);
});

test('nobody is asked for a track that has ended', () => {
  const clock = new VirtualClock();
  let end = () => {};
  const layers = { spatial: 3, temporal: 1 };
  const onClosed = (listener: () => void) => {
    end = listener;
  };
  const producer = { ...toyProducer('p'), mimeType: 'video/VP8', layers, onClosed };
  const options = { edgeId: 'e', workerIndex: 0, source: TrackSource.CAMERA, muted: false, clock };
  const feed = new LocalFeed({ ...options, producer });
  end();
  clock.advance(60_000);
  expect(feed.layers).toBe(3);
});
