import type { Empty, SetTrackMutedRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function setTrackMuted(edge: Edge, request: SetTrackMutedRequest): Promise<Empty> {
  const { meetingId, participantId, trackId, muted } = request;
  await edge.publishing.setMuted(meetingId, participantId, trackId, muted);
  return {};
}
