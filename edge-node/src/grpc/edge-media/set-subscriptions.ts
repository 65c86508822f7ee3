import type { SetSubscriptionsRequest, SetSubscriptionsResponse } from '@canopy/proto/edge_media';
import type { Edge } from '../../app/edge.ts';
import { checkTargets } from '../../core/media/track-targets.ts';

export async function setSubscriptions(
  edge: Edge,
  request: SetSubscriptionsRequest,
): Promise<SetSubscriptionsResponse> {
  const { meetingId, participantId, targets, routes } = request;
  return edge.subscribing.set(meetingId, participantId, checkTargets(targets), routes);
}
