/** Who may not come back into a meeting, as it must last. Errors: STATE_UNAVAILABLE. */
export interface Bans {
  /** Bans a participant, and the person it is by the customer's own id, if that is known. */
  add(ban: { meetingId: string; participantId: string; userId: string | undefined }): Promise<void>;
  isBanned(meetingId: string, participantId: string, userId: string | undefined): Promise<boolean>;
}
