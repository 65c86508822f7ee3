import type { TrackSource } from '@canopy/proto/media';
import type { Role } from '@canopy/proto/signal';
import type { CanopyError } from '@canopy/runtime/errors';
import type { MeetingView } from './meeting-view.ts';
import type { ConnectionState } from './signal/signal-connection.ts';

/** What `Meeting.events` tells. */
export type MeetingEvents = {
  /** Anything in the view changed. */
  stateChanged: MeetingView;
  /** It can be shown. Again, without `trackUnsubscribed` before, when it comes another way: the new media takes the place of the former. */
  trackSubscribed: { trackId: string; track: MediaStreamTrack };
  trackUnsubscribed: { trackId: string };
  connectionChanged: ConnectionState;
  /** Ids of the participants heard right now. */
  activeSpeakers: readonly string[];
  /** A track could not be published again after a reconnection. */
  publishFailed: { source: TrackSource; error: CanopyError };
  /** This participant may publish from now on, or may no longer. */
  roleChanged: Role;
  /** The last event; MEETING_ENDED when the host ended it. */
  ended: CanopyError;
};
