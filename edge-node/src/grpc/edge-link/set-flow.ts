import type { SetFlowRequest } from '@canopy/proto/edge_link';
import type { Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function setFlow(edge: Edge, request: SetFlowRequest): Promise<Empty> {
  await edge.links.setFlow(request);
  return {};
}
