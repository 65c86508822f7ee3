import type { RecordedPart } from '@canopy/proto/edge_media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import type { RecordingPart } from '../../core/recording/recording.ts';

/** What an edge does not know of a track that it records. */
export type Attribution = Pick<RecordingPart, 'participantId' | 'screen'>;

export function attributionOf({ participantId, source }: Track): Attribution {
  return { participantId, screen: source === TrackSource.SCREEN || source === TrackSource.SCREEN_AUDIO };
}

/** A part as an edge tells it. */
export function fromWire(part: RecordedPart, attribution: Attribution | undefined): RecordingPart {
  const { partId, trackId, edgeId, kind, startedAtMs, writtenUntilMs, segments, bytes, running, errorCode } = part;
  return {
    id: partId,
    trackId,
    edgeId,
    kind: kind === TrackKind.AUDIO ? 'audio' : 'video',
    screen: attribution?.screen ?? false,
    ...(attribution?.participantId === undefined ? {} : { participantId: attribution.participantId }),
    segments,
    bytes,
    running,
    startedAt: startedAtMs,
    writtenUntil: writtenUntilMs,
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}
