import type { Empty, UnpublishTrackRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function unpublishTrack(edge: Edge, request: UnpublishTrackRequest): Promise<Empty> {
  await edge.publishing.unpublish(request.meetingId, request.participantId, request.trackId);
  return {};
}
