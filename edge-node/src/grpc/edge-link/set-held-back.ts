import type { SetHeldBackRequest } from '@canopy/proto/edge_link';
import type { Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function setHeldBack(edge: Edge, request: SetHeldBackRequest): Promise<Empty> {
  await edge.links.setHeldBack(request);
  return {};
}
