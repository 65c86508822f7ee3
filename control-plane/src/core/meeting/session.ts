import type { DtlsParameters, RtpCapabilities } from '@canopy/proto/media';
import type { GeoPoint, PlacementDecision } from '../placement/types.ts';

/** Where a participant's media is, and why. Kept beside the public record, never broadcast. */
export interface MediaSession {
  edgeId: string;
  /** The boot of the edge that made it: another boot id means the session is gone. */
  bootId: string;
  /** The customer's own id of the person, if given. */
  userId: string | undefined;
  decision: PlacementDecision;
  /** Unix ms. */
  placedAt: number;
  client: ClientMedia;
}

/** What a client said when it joined: enough to open its session on another edge without asking it again. */
export interface ClientMedia {
  rtpCapabilities: RtpCapabilities | undefined;
  dtlsParameters: DtlsParameters | undefined;
  /** It takes a second, silent consumer for a track. */
  acceptsBackupConsumers: boolean;
  /** IP address. */
  address: string;
  /** Where it says it is; only where clients are believed. */
  location: GeoPoint | undefined;
  /** What it measured, ms by edge id. */
  rttMs: Readonly<Record<string, number>>;
}
