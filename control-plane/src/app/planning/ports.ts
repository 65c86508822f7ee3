import type { RouteTable } from '@canopy/proto/routing';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';

/** Where the plan in force is kept for all replicas. Errors: STATE_UNAVAILABLE. */
export interface PlanStore {
  load(meetingId: string): Promise<MeetingPlan | undefined>;
  /** Puts a plan in force if `leaseToken` still holds the meeting's lease and its epoch is higher than the stored one; false otherwise. */
  store(plan: MeetingPlan, leaseToken: string): Promise<boolean>;
}

/** The right to plan for a meeting, held by one replica at a time and lost when not renewed. Errors: STATE_UNAVAILABLE. */
export interface PlanLease {
  /** False if somebody else has it. */
  acquire(meetingId: string, token: string, leaseMs: number): Promise<boolean>;
  /** False if it was lost. */
  renew(meetingId: string, token: string, leaseMs: number): Promise<boolean>;
  /** Does nothing if it was lost. */
  release(meetingId: string, token: string): Promise<void>;
}

/** Epochs, each given out once, growing, in a place that forgets nothing. */
export interface PlanEpochs {
  /** The next epoch of a meeting, higher than `floor`. Errors: STATE_UNAVAILABLE, MEETING_NOT_FOUND. */
  next(meetingId: string, floor: number): Promise<number>;
}

/** Tells edges their routes; may lose them, for edges ask when they miss some. */
export interface RouteAnnouncer {
  /** False if it is certain that nobody hears. */
  announceRoutes(table: RouteTable): boolean;
}
