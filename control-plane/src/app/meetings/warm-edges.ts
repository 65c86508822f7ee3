import type { Audience, WarmSeats } from '../../core/placement/warmth.ts';

/** What was announced of a meeting, and what is prepared for it. */
export interface Warmth {
  audience: Audience;
  seats: WarmSeats;
}

/** Where it is kept what is prepared for whom. Errors: STATE_UNAVAILABLE. */
export interface WarmEdges {
  /** Replaces what was announced and prepared before; forgotten after `forMs`. */
  keepWarm(meetingId: string, warmth: Warmth, forMs: number): Promise<void>;
  /** Undefined where nothing is announced. */
  find(meetingId: string): Promise<Warmth | undefined>;
  /** Puts one in place of the other for as long as that was to be kept; false if it is not what is kept any more. */
  replace(meetingId: string, before: Warmth, after: Warmth): Promise<boolean>;
  /** Meetings of which an audience is announced. */
  warmMeetings(): Promise<readonly string[]>;
}
