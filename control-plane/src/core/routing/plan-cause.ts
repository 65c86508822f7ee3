import type { MigrateReason } from '@canopy/proto/signal';
import { reasonName } from '../meeting/session.ts';

/**
 * Why a plan was made anew, as whoever asked for it knows:
 *
 * - `joined`, `left`: somebody did; `role`: somebody came onto the stage or went off it.
 * - `edge_draining`, `edge_lost`, `worker_lost`, `load`, `policy`, `unreachable`: somebody is moved to another edge, or tracks are
 *   led round one. `moved`: the edge that somebody was moved from is not needed any more.
 * - `edge_back`: an edge came, or is well again. `edge_changed`: one drains, takes people again, or is reached elsewhere.
 * - `link_lost`: between two edges.
 * - `measured`: another plan is clearly better by what is measured now.
 * - `settings`: of the meeting. `warmed`: edges are prepared for an audience, or not held for one any longer.
 * - `wanted`: somebody wants tracks that the plan before did not lead there. `restored`: the meeting's state was lost, and told anew.
 */
export const planCauses = [
  'joined',
  'left',
  'role',
  'edge_draining',
  'edge_lost',
  'worker_lost',
  'load',
  'policy',
  'unreachable',
  'moved',
  'edge_back',
  'edge_changed',
  'link_lost',
  'measured',
  'settings',
  'warmed',
  'wanted',
  'restored',
] as const;

export type PlanCause = (typeof planCauses)[number];

/** The cause of a plan by which somebody is moved. */
export function causeOfMove(reason: MigrateReason): PlanCause {
  const name = reasonName(reason);
  return planCauses.find((cause) => cause === name) ?? 'moved';
}
