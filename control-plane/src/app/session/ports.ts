/** Tokens that let a client come back to its session on any replica. */
export interface ResumeTokens {
  /** A new one; only its hash is kept. */
  issue(meetingId: string, participantId: string): { token: string; hash: string };
  /** Undefined for anything that is not of their form. */
  read(token: string): { meetingId: string; participantId: string; hash: string } | undefined;
}
