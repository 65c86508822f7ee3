import { TrackKind, TrackSource } from '@canopy/proto/media';
import { Track } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { mediaLimits } from '../../../../edge-node/src/core/media/limits.ts';
import { mostRecorded, recordable } from './wants.ts';

const { AUDIO, VIDEO } = TrackKind;
const { CAMERA, MICROPHONE, SCREEN, SCREEN_AUDIO } = TrackSource;
const track = (id: string, kind: TrackKind, source: TrackSource, muted = false) =>
  Track.fromPartial({ id, kind, source, muted });

it('records sounds before screens before cameras, and nothing that is muted', () => {
  const tracks = [
    track('camera', VIDEO, CAMERA),
    track('screen', VIDEO, SCREEN),
    track('muted', AUDIO, MICROPHONE, true),
    track('voice', AUDIO, MICROPHONE),
    track('film', AUDIO, SCREEN_AUDIO),
  ];
  const { recorded, leftOut } = recordable(tracks);
  expect([recorded.map(({ id }) => id), leftOut]).toEqual([['voice', 'film', 'screen', 'camera'], 0]);
});

it('leaves out the last cameras where one edge does not record all', () => {
  const cameras = Array.from({ length: mostRecorded }, (_, index) => track(`camera ${index}`, VIDEO, CAMERA));
  const { recorded, leftOut } = recordable([...cameras, track('voice', AUDIO, MICROPHONE)]);
  expect([recorded.length, leftOut]).toEqual([mostRecorded, 1]);
  expect([recorded[0]?.id, recorded.at(-1)?.id]).toEqual(['voice', `camera ${mostRecorded - 2}`]);
});

it('no edge is asked for more than it takes', () => {
  expect(mostRecorded).toBeLessThanOrEqual(mediaLimits.targetsPerParticipant);
});
