import type { RestartIceRequest, RestartIceResponse } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function restartIce(
  edge: Edge,
  { meetingId, participantId }: RestartIceRequest,
): Promise<RestartIceResponse> {
  return edge.meetings.session(meetingId, participantId).restartIce();
}
