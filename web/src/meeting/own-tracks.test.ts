import { type Track, TrackKind, TrackSource } from '@canopy/client';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test } from 'vitest';
import { meetingView } from '../testing/meeting-view.ts';
import { isKnownToSend } from './own-tracks.ts';

const { CAMERA, MICROPHONE, SCREEN } = TrackSource;

/** What is known of somebody who switched their microphone on, when the server tells of one track. */
function isKnown(source: TrackSource, participantId = 'me', muted = false): boolean {
  const { self, ...view } = meetingView({});
  const media = new FakeMediaStreamTrack({ kind: 'audio' });
  const published = new Map([[MICROPHONE, { source: MICROPHONE, media, muted: false, codec: 'VP8' as const }]]);
  const kind = source === MICROPHONE ? TrackKind.AUDIO : TrackKind.VIDEO;
  const track: Track = { id: 't', participantId, kind, source, muted, originEdgeId: 'e' };
  return isKnownToSend({ ...view, self: { ...self, published }, tracks: new Map([[track.id, track]]) });
}

test('who unmutes is known to send once the server agreed, not while it may still refuse', () => {
  expect(isKnown(MICROPHONE, 'me', true)).toBe(false);
  expect(isKnown(MICROPHONE)).toBe(true);
  expect(isKnown(CAMERA)).toBe(true);
});

test('neither a shared screen nor what others send is meant', () => {
  expect(isKnown(SCREEN)).toBe(false);
  expect(isKnown(MICROPHONE, 'other')).toBe(false);
});
