import type { RecordedPart } from '@canopy/proto/edge_media';
import type { PartRecord } from '../../core/recording/part.ts';

/** A stream that is being written; it may end by itself. */
export interface Writing {
  /** Ends it; what was written stays, and is whole. */
  stop(): void;
  /** Calls `listener` once it has ended, with the code of what went wrong, if anything did. */
  onEnded(listener: (failure: PartRecord['errorCode']) => void): void;
}

/** A port on loopback that, with the one after it, is for whoever took it, until disposed. */
export interface PortPair extends Disposable {
  readonly port: number;
}

/** Where recordings are kept, and what writes them. */
export interface RecordingStore {
  /** Errors: RECORDING_DISK_FULL, what is begun now could not be ended whole; STORAGE_UNAVAILABLE. */
  requireRoom(): Promise<void>;
  /** Ports to write from. They are to be kept until it listens there. */
  takePorts(): Promise<PortPair>;
  /** Writes the stream that the SDP describes into segments; it listens when this resolves, and has ended when this rejects. Errors: RECORDING_DISK_FULL, STORAGE_UNAVAILABLE, RECORDING_FAILED. */
  write(recordingId: string, partId: string, sdp: string, port: number): Promise<Writing>;
  /** Notes what a part is; once it has an end, it is noted no more. Errors: RECORDING_DISK_FULL, STORAGE_UNAVAILABLE. */
  note(recordingId: string, part: PartRecord): Promise<void>;
  /** All parts of a recording that have something in them; never to be changed, and soon: a store over the network that is away is not waited for. */
  parts(recordingId: string): Promise<RecordedPart[]>;
  /** Parts that ended here, so long ago, and are still to be moved to where they are kept; and those that go on of which much is. */
  left(forMs?: number): Promise<number>;
  /** Resolves when nothing is being written any more, and nothing still to be moved to where it is kept, or `enough` aborts. */
  moved(enough: AbortSignal): Promise<void>;
}
