import type { Ban, ListedBan } from '../../core/access/bans.ts';

/** Who may not come back into a meeting, as it must last. Errors: STATE_UNAVAILABLE. */
export interface Bans {
  add(meetingId: string, ban: Ban): Promise<void>;
  /** All of a meeting. */
  list(meetingId: string): Promise<readonly Ban[]>;
  /** The same for people to read, the latest first. */
  listNamed(meetingId: string): Promise<readonly ListedBan[]>;
  /** Of a participant, and whatever else bans the same person. False: there is none. */
  lift(meetingId: string, participantId: string): Promise<boolean>;
}

/** What is kept of the network an address is in, to know it again in the same meeting. Undefined for what is no IP address. */
export type NetworkHash = (meetingId: string, address: string) => string | undefined;
