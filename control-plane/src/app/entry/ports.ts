import type { WaitingPerson } from '@canopy/proto/moderation';

/** Who waits at the doors of meetings, over all replicas. Errors: STATE_UNAVAILABLE. */
export interface LobbyStore {
  /** Whether hosts are to be told: of somebody new, and of whoever waits already but was not `told` of. Errors: LOBBY_FULL. */
  enter(meetingId: string, person: WaitingPerson, leaseMs: number): Promise<boolean>;
  /** Hosts know that this person waits. */
  told(meetingId: string, person: WaitingPerson): Promise<void>;
  /** These still wait, for so long. Returns those who are not in the lobby any more. */
  renew(meetingId: string, participantIds: readonly string[], leaseMs: number): Promise<readonly string[]>;
  /** Forgets those whose lease ran out, and returns their ids. */
  purge(meetingId: string): Promise<readonly string[]>;
  /** Those first who came first. */
  list(meetingId: string): Promise<readonly WaitingPerson[]>;
  /** Out of the lobby; `admitted`: into the meeting, also when they come again. Returns those who were in it. */
  take(meetingId: string, participantIds: readonly string[], admitted: boolean): Promise<readonly string[]>;
  isAdmitted(meetingId: string, participantId: string): Promise<boolean>;
  /** Has to wait again if it comes again. */
  unadmit(meetingId: string, participantId: string): Promise<void>;
  /** What was last said to those who wait. */
  text(meetingId: string): Promise<string>;
  setText(meetingId: string, text: string): Promise<void>;
}
