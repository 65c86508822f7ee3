import type { PlacementDecision } from '../placement/types.ts';

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
}
