import type { SetPublishingRequest, SetPublishingResponse } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';
import { checkDtlsParameters } from '../../core/media/dtls-parameters.ts';

export async function setPublishing(edge: Edge, request: SetPublishingRequest): Promise<SetPublishingResponse> {
  const { meetingId, participantId, canPublish, dtlsParameters } = request;
  const dtls = dtlsParameters && checkDtlsParameters(dtlsParameters);
  return { sendTransport: await edge.sessions.setPublishing(meetingId, participantId, canPublish, dtls) };
}
