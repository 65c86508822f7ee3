import type { IceCandidate } from '@canopy/proto/media';

/** What any replica has to know of a publisher that came by WHIP to serve its next request. */
export interface IngestRecord {
  meetingId: string;
  participantId: string;
  edgeId: string;
  /** The m-line that the transport's candidates stand at. */
  mid: string;
  candidates: readonly IceCandidate[];
  /** The client's, of the present ICE session. */
  usernameFragment: string;
  /** Names the present ICE session (RFC 9725 §4.3.1). */
  etag: string;
}

/** Records by id; they lapse by themselves unless kept. Errors: STATE_UNAVAILABLE. */
export interface IngestStore {
  put(id: string, record: IngestRecord): Promise<void>;
  get(id: string): Promise<IngestRecord | undefined>;
  keep(ids: readonly string[]): Promise<void>;
  remove(id: string): Promise<void>;
}
