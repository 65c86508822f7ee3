import type {
  LayersNeeded,
  LinkLost,
  PicturesLowered,
  SessionClosed,
  SessionConnected,
  SpeakerChanged,
  TrackClosed,
  WorkerDied,
} from '@canopy/proto/bus';
import type { RouteTable } from '@canopy/proto/routing';

/** What happened on this edge that nobody asked for. Exactly one. */
export type Fact =
  | { workerDied: WorkerDied }
  | { sessionClosed: SessionClosed }
  | { sessionConnected: SessionConnected }
  | { linkLost: LinkLost }
  | { trackClosed: TrackClosed }
  | { speakerChanged: SpeakerChanged }
  | { picturesLowered: PicturesLowered }
  | { layersNeeded: LayersNeeded };

/** Tells the control plane. Best effort: a fact may be lost, and must be found out otherwise then. */
export interface FactPublisher {
  publish(fact: Fact): void;
}

/** Asks the control plane how to reach the origins of a meeting. Throws coded errors; STATE_UNAVAILABLE when nobody answers. */
export interface RouteAuthority {
  getRoutes(meetingId: string): Promise<RouteTable>;
}
