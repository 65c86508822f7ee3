import { expect, test } from 'vitest';
import { readStats } from './stats-sample.ts';
import type { StreamStats } from './track-stats.ts';

const byId = (...stats: StreamStats[]) => new Map(stats.map((each) => [each.id, each]));
const trackIdOf = ({ trackIdentifier, mid }: StreamStats) =>
  trackIdentifier === 'their camera' ? 'a' : mid === '0' ? 'b' : undefined;

const inbound = (timestamp: number, packetsReceived: number, packetsLost: number): StreamStats => ({
  id: 'in',
  type: 'inbound-rtp',
  kind: 'video',
  trackIdentifier: 'their camera',
  codecId: 'vp8',
  framesDecoded: 30,
  timestamp,
  packetsReceived,
  packetsLost,
});

test('reads both directions, and knows whose track each stream is', () => {
  const now = byId(
    inbound(1_000, 190, 10),
    { id: 'vp8', type: 'codec', mimeType: 'video/VP8', timestamp: 1_000 },
    { id: 'edge', type: 'remote-inbound-rtp', fractionLost: 0.1, timestamp: 1_000 },
    {
      id: 'out',
      type: 'outbound-rtp',
      kind: 'video',
      mid: '0',
      remoteId: 'edge',
      rid: 'r1',
      qualityLimitationReason: 'bandwidth',
      timestamp: 1_000,
    },
    { id: 'path', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.08, timestamp: 1_000 },
  );
  const { link, tracks, seen } = readStats(now, byId(inbound(0, 100, 0)), trackIdOf, new Set());
  expect(link).toMatchObject({ rttMs: 80, uploadLoss: 0.1, downloadLoss: 0.1, uploadLimitedBy: 'bandwidth' });
  expect(tracks.map(({ trackId, direction, codec, layer }) => [trackId, direction, codec, layer])).toEqual([
    ['a', 'received', 'VP8', undefined],
    ['b', 'sent', undefined, 'r1'],
  ]);
  expect([...seen]).toEqual(['a']);
});

test('a stream of nobody is passed over, and nothing is made up', () => {
  const stray = { ...inbound(1_000, 1, 1), trackIdentifier: 'unknown' };
  expect(readStats(byId(stray), byId(), trackIdOf, new Set())).toMatchObject({
    tracks: [],
    link: { rttMs: undefined, uploadLoss: undefined, downloadLoss: undefined },
  });
});

test('what the edge says of pictures concerns those that still come', () => {
  const lowered = (...trackIds: string[]) =>
    readStats(byId(inbound(1_000, 1, 0)), byId(), trackIdOf, new Set(trackIds));
  expect(lowered('gone')).toMatchObject({ link: { picturesLowered: false }, tracks: [{ lowered: false }] });
  expect(lowered('a')).toMatchObject({ link: { picturesLowered: true }, tracks: [{ trackId: 'a', lowered: true }] });
});
