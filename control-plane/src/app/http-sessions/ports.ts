import type { IceCandidate } from '@canopy/proto/media';
import type { SessionName } from '../../core/meeting/session.ts';

/** What any replica has to know of a session by WHIP or WHEP to serve its next request. */
export interface HttpSessionRecord extends SessionName {
  meetingId: string;
  participantId: string;
  /** Which of its transports on the edge it uses. */
  transport: 'send' | 'receive';
  /** The m-line that the transport's candidates stand at. */
  mid: string;
  candidates: readonly IceCandidate[];
  /** The client's, of the present ICE session. */
  usernameFragment: string;
  /** Names the present ICE session (RFC 9725 §4.3.1). */
  etag: string;
}

/** Records by id; they lapse by themselves unless kept. Errors: STATE_UNAVAILABLE. */
export interface HttpSessionStore {
  put(id: string, record: HttpSessionRecord): Promise<void>;
  get(id: string): Promise<HttpSessionRecord | undefined>;
  /** Those that are forgotten are put again; not those that were removed. */
  keep(records: ReadonlyMap<string, HttpSessionRecord>): Promise<void>;
  remove(id: string): Promise<void>;
}
