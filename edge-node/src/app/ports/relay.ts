import type { IceServer } from '@canopy/proto/media';

/** The TURN server beside this edge, if there is one. */
export interface Relay {
  /** How a participant is let in, from now on and for a while. Empty: there is none. */
  serversFor(participantId: string): IceServer[];
}
