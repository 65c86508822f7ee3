import type { Empty, ResumeConsumersRequest } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';

export async function resumeConsumers(edge: Edge, request: ResumeConsumersRequest): Promise<Empty> {
  await edge.subscribing.resume(request.meetingId, request.participantId, request.consumerIds);
  return {};
}
