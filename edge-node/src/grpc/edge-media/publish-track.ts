import type { Empty, PublishTrackRequest } from '@canopy/proto/edge_media';
import { TrackKind } from '@canopy/proto/media';
import type { Edge } from '../../app/edge.ts';
import { invalidMedia } from '../../core/media/invalid-media.ts';
import { checkRtpParameters } from '../../core/media/rtp-parameters.ts';
import { checkIds } from '../identifiers.ts';

export async function publishTrack(edge: Edge, request: PublishTrackRequest): Promise<Empty> {
  const { meetingId, participantId, trackId, kind } = request;
  checkIds(meetingId, participantId, trackId);
  if (kind === TrackKind.UNSPECIFIED) throw invalidMedia('a track is audio or video');
  const rtpParameters = checkRtpParameters(kind, request.rtpParameters);
  await edge.publishing.publish({ ...request, rtpParameters });
  return {};
}
