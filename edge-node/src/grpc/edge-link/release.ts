import type { ReleaseRequest } from '@canopy/proto/edge_link';
import type { Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function release(edge: Edge, request: ReleaseRequest): Promise<Empty> {
  edge.links.release(request);
  return {};
}
