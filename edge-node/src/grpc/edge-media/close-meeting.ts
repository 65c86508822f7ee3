import type { CloseMeetingRequest, Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function closeMeeting(edge: Edge, { meetingId }: CloseMeetingRequest): Promise<Empty> {
  edge.closeMeeting(meetingId);
  return {};
}
