import type { MeetingEvent } from '@canopy/proto/signal';

export interface MeetingListener {
  event(event: MeetingEvent): void;
  /** A participant has a newer connection, maybe on another replica. */
  replaced(participantId: string, connectionId: string): void;
}

/** Tells all replicas what happens in a meeting. May lose anything; the event stream knows. */
export interface MeetingBus {
  /** Returns what ends the subscription. */
  listen(meetingId: string, listener: MeetingListener): () => void;
  announceEvents(meetingId: string, events: readonly MeetingEvent[]): void;
  announceReplaced(meetingId: string, participantId: string, connectionId: string): void;
}
