import type { TrackWant } from '@canopy/proto/media';
import type { RefusedSubscription, Subscribed } from '@canopy/proto/signal';
import { type ErrorCode, errorClass, isErrorCode } from '@canopy/runtime/errors';
import { withinVideoLimit } from '../../core/meeting/video-limit.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Planning } from '../planning/planning.ts';
import type { Connected } from './connected.ts';
import { targetsOf } from './wire.ts';

export interface SubscriptionsDeps {
  planning: Pick<Planning, 'ensure' | 'table'>;
  media: Pick<EdgeMedia, 'setSubscriptions' | 'resumeConsumers'>;
}

/** What a participant receives. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** Replaces the whole set. Tracks that can't be had are refused one by one. Errors: SESSION_NOT_FOUND, STATE_UNAVAILABLE. */
  async subscribe({ room, session }: Connected, wants: readonly TrackWant[]): Promise<Subscribed> {
    const { meetingId, participantId, profile, media } = session;
    const wanted = [...new Map(wants.map((want) => [want.trackId, want])).values()];
    const known = new Set(room.state.tracks.map(({ id }) => id));
    if (!wanted.every(({ trackId }) => known.has(trackId))) await room.catchUp();
    const others = room.state.tracks.filter((track) => track.participantId !== participantId);
    const { granted, surplus } = withinVideoLimit(wanted, others);
    const targets = targetsOf(granted, others);
    const plan = await this.#deps.planning.ensure(meetingId, profile, 'wanted');
    const { added, removedConsumerIds, refused } = await this.#deps.media.setSubscriptions(media.edgeId, {
      meetingId,
      participantId,
      targets,
      routes: this.#deps.planning.table(plan, media.edgeId),
    });
    // Asked for again with each move: what an edge refuses would be refused by the next.
    session.wants = granted;
    const sought = new Set(targets.map(({ want }) => want?.trackId));
    const unknown = granted
      .filter(({ trackId }) => !sought.has(trackId))
      .map(({ trackId }) => refusal(trackId, 'TRACK_NOT_FOUND'));
    return {
      added,
      removedConsumerIds,
      refused: [
        ...unknown,
        ...surplus.map(({ trackId }) => refusal(trackId, 'VIDEO_LIMIT_REACHED')),
        ...refused.map(({ trackId, code }) => refusal(trackId, isErrorCode(code) ? code : 'INTERNAL')),
      ],
    };
  }

  /** The client has what it needs to receive these. Errors: SESSION_NOT_FOUND. */
  async consumersReady({ session }: Connected, consumerIds: readonly string[]): Promise<void> {
    const { meetingId, participantId, media } = session;
    await this.#deps.media.resumeConsumers(media.edgeId, { meetingId, participantId, consumerIds: [...consumerIds] });
  }
}

function refusal(trackId: string, code: ErrorCode): RefusedSubscription {
  const { text, retryable } = errorClass(code);
  return { trackId, reason: { code, message: text, retryable } };
}
