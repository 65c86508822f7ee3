import type { CloseSessionRequest, Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function closeSession(edge: Edge, request: CloseSessionRequest): Promise<Empty> {
  const { meetingId, participantId, openingId } = request;
  await edge.sessions.close(meetingId, participantId, openingId);
  return {};
}
