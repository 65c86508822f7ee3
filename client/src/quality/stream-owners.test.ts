import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test } from 'vitest';
import { trackIdsOf } from './stream-owners.ts';

const media = new FakeMediaStreamTrack({ kind: 'video' });
const trackIdOf = trackIdsOf(
  [{ trackId: 'theirs', media }],
  [
    { trackId: 'voice', mid: '0', idleRids: [] },
    { trackId: 'camera', mid: '1', idleRids: ['r2'] },
  ],
);
const stream = (fields: object) => trackIdOf({ id: 'a', type: 'outbound-rtp', timestamp: 0, ...fields });

test('what is sent is known by its media section, in browsers that do not tell its source as well', () => {
  expect(stream({ mid: '0' })).toBe('voice');
  expect(stream({ mid: '1', rid: 'r0' })).toBe('camera');
  expect(stream({ mid: '2' })).toBeUndefined();
});

test('a layer that is not encoded is passed over', () => {
  expect(stream({ mid: '1', rid: 'r2' })).toBeUndefined();
});

test('what is received is known by its media; what probes the network is nobody’s', () => {
  const received = { type: 'inbound-rtp', mid: '1' };
  expect(stream({ ...received, trackIdentifier: media.id })).toBe('theirs');
  expect(stream({ ...received, trackIdentifier: 'probator' })).toBeUndefined();
});
