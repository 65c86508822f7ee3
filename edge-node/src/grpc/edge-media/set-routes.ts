import type { Empty, SetRoutesRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function setRoutes(edge: Edge, { table }: SetRoutesRequest): Promise<Empty> {
  edge.routes.put(table);
  return {};
}
