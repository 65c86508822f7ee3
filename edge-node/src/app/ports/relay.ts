import type { IceServer } from '@canopy/proto/media';

/** Where clients reach a TURN server, and the secret it shares with its edge, or a file with one that may change at any time. */
export type TurnSettings = { urls: readonly string[] } & ({ secret: string } | { secretFile: string });

/** The TURN server beside this edge, if there is one. */
export interface Relay {
  /** How a participant is let in, from now on and for a while. Empty: there is none. */
  serversFor(participantId: string): IceServer[];
}
