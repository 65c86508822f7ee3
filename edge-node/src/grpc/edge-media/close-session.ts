import type { CloseSessionRequest, Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function closeSession(edge: Edge, request: CloseSessionRequest): Promise<Empty> {
  await edge.sessions.close(request.meetingId, request.participantId);
  return {};
}
