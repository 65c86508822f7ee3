import type { EdgeState, GetEdgeStateRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function getState(edge: Edge, { meetingId, linksOnly }: GetEdgeStateRequest): Promise<EdgeState> {
  return { ...(await edge.inspection.state(meetingId, linksOnly !== true)), draining: edge.draining };
}
