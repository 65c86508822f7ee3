import type { RecordedPart } from '@canopy/proto/edge_media';
import { TrackKind } from '@canopy/proto/media';
import type { StoredPart } from '../../core/recording/part.ts';

/** A part as it is told. `running`: more of it is to come. */
export function toRecordedPart(stored: StoredPart, running: boolean): RecordedPart {
  const { kind, endedAtMs: _, ...part } = stored;
  return { ...part, kind: kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO, running };
}
