import type { EdgeFact, EdgeHeartbeat, EdgeReached, Reservation, RttsMeasured } from '@canopy/proto/bus';
import type { Hearing } from '../../core/edges/hearing.ts';

/** What edges and other replicas say. */
export interface EdgeBus {
  onHeartbeat(listener: (heartbeat: EdgeHeartbeat) => void): void;
  onFact(listener: (fact: EdgeFact) => void): void;
  onReservation(listener: (reservation: Reservation) => void): void;
  /** Tells the other replicas that somebody was placed; may be lost. */
  announceReservation(reservation: Reservation): void;
  onReached(listener: (reached: EdgeReached) => void): void;
  /** Tells the other replicas whether somebody's media got through; may be lost. */
  announceReached(reached: EdgeReached): void;
  onRttsMeasured(listener: (measured: RttsMeasured) => void): void;
  /** Tells the other replicas what clients measured; may be lost. */
  announceRttsMeasured(measured: RttsMeasured): void;
  /** Whether silence means anything. */
  hearing(): Hearing;
}
