import type { Empty, SetDrainingRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function setDraining(edge: Edge, { draining }: SetDrainingRequest): Promise<Empty> {
  edge.setDraining(draining);
  return {};
}
