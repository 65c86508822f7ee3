import type { MeetingEvent, MeetingSnapshot, Reply } from '@canopy/proto/signal';
import type { Request } from './signal/request-socket.ts';

/** Asks the server. Rejects with its error, or a retryable one if the connection is lost. */
export type Ask = (request: Request) => Promise<Reply>;

/** A part of a meeting that follows it by itself. */
export interface Feature {
  /** Everything known is replaced: at the join, and whenever events were missed for good. */
  adopt(snapshot: MeetingSnapshot): void;
  /** Each event once, in order. `live`: it happens now, and was not missed and brought later. */
  apply(event: MeetingEvent, live: boolean): void;
}
