import type { TracePathRequest, TrackPath } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function tracePath(edge: Edge, { meetingId, trackId }: TracePathRequest): Promise<TrackPath> {
  return { edgeIds: edge.inspection.path(meetingId, trackId) };
}
