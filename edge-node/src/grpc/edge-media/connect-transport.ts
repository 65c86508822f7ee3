import type { ConnectTransportRequest, Empty } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';
import { checkDtlsParameters } from '../../core/media/dtls-parameters.ts';

export async function connectTransport(edge: Edge, request: ConnectTransportRequest): Promise<Empty> {
  const { meetingId, participantId, transportId, dtlsParameters } = request;
  const session = edge.meetings.session(meetingId, participantId);
  await session.connect(transportId, checkDtlsParameters(dtlsParameters));
  return {};
}
