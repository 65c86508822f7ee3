import type { Empty, KeepWarmRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';
import { checkTargets } from '../../core/media/track-targets.ts';
import { checkIds } from '../identifiers.ts';

export async function keepWarm(edge: Edge, { meetingId, targets, routes, forMs }: KeepWarmRequest): Promise<Empty> {
  checkIds(meetingId);
  await edge.warm.keep(meetingId, checkTargets(targets), routes, forMs);
  return {};
}
