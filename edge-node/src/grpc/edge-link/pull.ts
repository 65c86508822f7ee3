import type { PullRequest, PullResponse } from '@canopy/proto/edge_link';
import type { Edge } from '../../app/edge.ts';
import { checkIds } from '../identifiers.ts';

export async function pull(edge: Edge, request: PullRequest): Promise<PullResponse> {
  checkIds(request.meetingId, request.linkId, request.trackId, request.originEdgeId);
  return edge.links.pull(request);
}
