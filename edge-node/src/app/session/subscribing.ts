import type { SetSubscriptionsResponse } from '@canopy/proto/edge_media';
import type { RouteTable } from '@canopy/proto/routing';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import type { RouteStore } from '../cascade/route-store.ts';
import type { Meetings } from '../meeting/meetings.ts';

/** Less than a replica waits for the answer: one track that takes long must not cost the viewer the others. */
const pullTimeoutMs = 2_500;

/** What participants on this edge receive. */
export class Subscribing {
  readonly #meetings: Meetings;
  readonly #routes: RouteStore;

  constructor(meetings: Meetings, routes: RouteStore) {
    this.#meetings = meetings;
    this.#routes = routes;
  }

  /** Throws SESSION_NOT_FOUND; tracks that can't be had are refused one by one in the answer. */
  async set(
    meetingId: string,
    participantId: string,
    targets: readonly WantedTrack[],
    routes: RouteTable | undefined,
  ): Promise<SetSubscriptionsResponse> {
    this.#routes.put(routes);
    const { subscriptions } = this.#meetings.session(meetingId, participantId);
    return subscriptions.set(targets, { paused: true, timeoutMs: pullTimeoutMs });
  }

  /** Throws SESSION_NOT_FOUND. Consumers that are gone are left out. */
  async resume(meetingId: string, participantId: string, consumerIds: readonly string[]): Promise<void> {
    await this.#meetings.session(meetingId, participantId).subscriptions.resume(consumerIds);
  }
}
