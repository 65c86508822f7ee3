import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test } from 'vitest';
import { trackIdsOf } from './stream-owners.ts';

const media = new FakeMediaStreamTrack({ kind: 'video' });
const sources = ['my voice', 'my camera', 'another'].map((trackIdentifier) => ({
  id: `source of ${trackIdentifier}`,
  type: 'media-source',
  timestamp: 0,
  trackIdentifier,
}));
const trackIdOf = trackIdsOf(
  new Map(sources.map((source) => [source.id, source])),
  [{ trackId: 'theirs', media }],
  [
    { trackId: 'nothing', mid: undefined, mediaId: undefined, idleRids: [] },
    { trackId: 'screen', mid: '3', mediaId: undefined, idleRids: [] },
    { trackId: 'voice', mid: '0', mediaId: 'my voice', idleRids: [] },
    { trackId: 'camera', mid: '1', mediaId: 'my camera', idleRids: ['r2'] },
  ],
);
const stream = (fields: object) => trackIdOf({ id: 'a', type: 'outbound-rtp', timestamp: 0, ...fields });

test('what is sent is known by its media section, in browsers that do not tell its source as well', () => {
  expect(stream({ mid: '0' })).toBe('voice');
  expect(stream({ mid: '1', rid: 'r0' })).toBe('camera');
  expect(stream({ mid: '2' })).toBeUndefined();
});

test('what is sent is known by its source, in browsers that do not tell its media section', () => {
  expect(stream({ mediaSourceId: 'source of my voice' })).toBe('voice');
  expect(stream({ mediaSourceId: 'source of my camera', rid: 'r0' })).toBe('camera');
  expect(stream({ mediaSourceId: 'source of another' })).toBeUndefined();
});

test('of what is told neither the media section nor the source is nobody’s', () => {
  expect(stream({})).toBeUndefined();
  expect(stream({ mediaSourceId: 'gone' })).toBeUndefined();
});

test('what is switched off is passed over: its numbers stay as they were', () => {
  expect(stream({ mid: '3' })).toBeUndefined();
});

test('a layer that is not encoded is passed over', () => {
  expect(stream({ mid: '1', rid: 'r2' })).toBeUndefined();
  expect(stream({ mediaSourceId: 'source of my camera', rid: 'r2' })).toBeUndefined();
});

test('what is received is known by its media; what probes the network is nobody’s', () => {
  const received = { type: 'inbound-rtp', mid: '1' };
  expect(stream({ ...received, trackIdentifier: media.id })).toBe('theirs');
  expect(stream({ ...received, trackIdentifier: 'probator' })).toBeUndefined();
});
