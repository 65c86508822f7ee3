import type { City } from '../placement/cities.ts';
import type { SimMeeting } from './sim-meeting.ts';

/** People of one meeting who come from the same city at the same moment and share one placement. In most scenarios each is one person. */
export interface Party {
  meeting: SimMeeting;
  city: City;
  people: number;
  publishes: boolean;
  /** Absent while no edge takes them. */
  edgeId?: string;
  /** When they came to that edge, simulated ms. */
  placedAtMs: number;
  /** Their media flows, so that the edge's reported load shows them. */
  settled: boolean;
  gone: boolean;
}
