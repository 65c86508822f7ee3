import type { TrackKind } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { writeAnswer } from '../../core/sdp/answer.ts';
import { readOffer } from '../../core/sdp/offer.ts';
import { capabilitiesOf, receivedTracks } from '../../core/sdp/received-tracks.ts';
import type { ClientOrigin } from '../edges/placing.ts';
import type { Subscriptions } from '../session/subscriptions.ts';
import type { Begun, HttpSessions } from './http-sessions.ts';
import type { Speakers } from './speakers.ts';
import { StageFollower } from './stage-follower.ts';

export interface PlaybackDeps {
  sessions: Pick<HttpSessions, 'begin'>;
  subscriptions: Pick<Subscriptions, 'subscribe' | 'consumersReady'>;
  speakers: Speakers;
  clock: Clock;
  logger: Logger;
}

/** What a player asks to see. */
export interface PlayRequest {
  token: string;
  /** The meeting the token has to be for, if given. */
  meetingId: string | undefined;
  /** Of this participant alone. */
  onlyParticipantId: string | undefined;
  sdp: string;
  client: ClientOrigin;
}

/** Players that speak WHEP (draft-ietf-wish-whep): attendees who are shown the stage as one video and one voice. */
export class Playback {
  readonly #deps: PlaybackDeps;

  constructor(deps: PlaybackDeps) {
    this.#deps = deps;
  }

  /** Errors: those of {@link HttpSessions.begin}, SDP_INVALID, SDP_NOT_ACCEPTABLE. */
  async start({ token, meetingId, onlyParticipantId, sdp, client }: PlayRequest): Promise<Begun> {
    const offer = readOffer(sdp);
    const taken = receivedTracks(offer);
    const [first] = taken;
    if (first === undefined) throw new CanopyError('SDP_NOT_ACCEPTABLE', 'Offer to receive audio or video.');
    const kinds = new Set<TrackKind>(taken.map(({ kind }) => kind));
    let follower: StageFollower | undefined;
    let stopListening = () => {};
    return this.#deps.sessions.begin({
      token,
      meetingId,
      client,
      bare: 'plays',
      offer,
      rtpCapabilities: capabilitiesOf(taken),
      mid: first.mid,
      onEvent: (event) => follower?.heard(event),
      onEnd: () => {
        stopListening();
        follower?.stop();
      },
      start: async (connected, transport) => {
        const { speakers, subscriptions, clock, logger } = this.#deps;
        const { meetingId: id } = connected.session;
        follower = new StageFollower({
          room: connected.room,
          kinds,
          onlyParticipantId,
          speakers,
          subscribe: (wants) => subscriptions.subscribe(connected, wants),
          consumersReady: (consumerIds) => subscriptions.consumersReady(connected, consumerIds),
          clock,
          logger,
        });
        stopListening = speakers.onChanged(id, () => follower?.look());
        follower.look();
        return writeAnswer(offer, taken, transport, 'sendonly');
      },
    });
  }
}
