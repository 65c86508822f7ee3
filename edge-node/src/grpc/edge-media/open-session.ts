import type { OpenSessionRequest, OpenSessionResponse } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';
import { checkDtlsParameters } from '../../core/media/dtls-parameters.ts';
import { checkRtpCapabilities } from '../../core/media/rtp-parameters.ts';
import { checkTargets } from '../../core/media/track-targets.ts';
import { checkIds } from '../identifiers.ts';

export async function openSession(edge: Edge, request: OpenSessionRequest): Promise<OpenSessionResponse> {
  const { meetingId, participantId, rtpCapabilities, dtlsParameters, canPublish, targets, routes } = request;
  const { acceptsBackupConsumers = false, chosePayloadTypes = false, anew = false, openingId } = request;
  checkIds(meetingId, participantId);
  if (openingId !== undefined) checkIds(openingId);
  return edge.sessions.open({
    meetingId,
    participantId,
    rtpCapabilities: checkRtpCapabilities(rtpCapabilities),
    dtls: dtlsParameters && checkDtlsParameters(dtlsParameters),
    canPublish: canPublish && !chosePayloadTypes,
    acceptsBackupConsumers,
    chosePayloadTypes,
    anew,
    openingId,
    targets: checkTargets(targets),
    routes,
  });
}
