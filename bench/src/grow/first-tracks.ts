import { applyEvent, fromSnapshot, type MeetingState } from '@canopy/client/state';
import { firstTracks } from '@canopy/proto/first-tracks';
import type { Joined, MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { Subscriptions, type SubscriptionsOptions } from '../../../client/src/subscriptions.ts';

export type FirstTracksOptions = Pick<SubscriptionsOptions, 'subscribe' | 'onAnswer' | 'has'>;

/** What somebody receives who never says what: with the SDK's own subscriptions, what the server chose at the join, and the same choice anew with each change of what there is. People are not kept, only tracks. */
export class FirstTracks {
  readonly subscriptions: Subscriptions;
  #participantId = '';
  #state: MeetingState | undefined;

  constructor(options: FirstTracksOptions) {
    this.subscriptions = new Subscriptions({ clock: systemClock, random: Math.random, ...options });
  }

  /** The session is a new one. */
  joined({ participantId, meeting }: Joined): void {
    if (meeting === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    this.#participantId = participantId;
    this.#state = tracksOf(meeting);
    this.subscriptions.connected(false);
    this.#suggest(this.#state);
  }

  hear(event: MeetingEvent): void {
    const before = this.#state;
    if (before === undefined) return;
    const { state } = applyEvent(before, event);
    if (state === before) return;
    this.#state = state;
    const { trackUpdated: track } = event;
    // Neither muted nor unmuted: it comes another way.
    if (track !== undefined && before.tracks.get(track.id)?.muted === track.muted)
      this.subscriptions.refresh([track.id]);
    if (state.tracks !== before.tracks) this.#suggest(state);
  }

  replace(snapshot: MeetingSnapshot): void {
    const known = this.#state?.tracks;
    const moved = snapshot.tracks.filter(({ id, originEdgeId }) => known?.get(id)?.originEdgeId !== originEdgeId);
    this.#state = tracksOf(snapshot);
    this.subscriptions.refresh(moved.map(({ id }) => id));
    this.#suggest(this.#state);
  }

  #suggest({ tracks }: MeetingState): void {
    this.subscriptions.suggest(firstTracks([...tracks.values()], this.#participantId));
  }
}

function tracksOf(snapshot: MeetingSnapshot): MeetingState {
  return fromSnapshot({ ...snapshot, participants: [] });
}
