import { TrackKind, TrackSource } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { CanopyError } from '@canopy/runtime/errors';
import { writeAnswer } from '../../core/sdp/answer.ts';
import { readOffer } from '../../core/sdp/offer.ts';
import { type SentTrack, sentTracks } from '../../core/sdp/sent-tracks.ts';
import type { ClientOrigin } from '../edges/placing.ts';
import type { Connected } from '../session/connected.ts';
import type { Tracks } from '../session/tracks.ts';
import type { Begun, HttpSessions } from './http-sessions.ts';

export interface IngestDeps {
  sessions: Pick<HttpSessions, 'begin'>;
  tracks: Pick<Tracks, 'publish'>;
}

const rtpCapabilities = {
  codecs: routerRtpCapabilities.codecs.map((codec) => ({
    ...codec,
    rtcpFeedback: codec.rtcpFeedback.map(({ type, parameter = '' }) => ({ type, parameter })),
  })),
  headerExtensions: routerRtpCapabilities.headerExtensions,
};

/** Publishers that speak WHIP (RFC 9725). */
export class Ingest {
  readonly #deps: IngestDeps;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
  }

  /** Errors: those of {@link HttpSessions.begin}, SDP_INVALID, SDP_NOT_ACCEPTABLE. */
  async start(token: string, meetingId: string | undefined, sdp: string, client: ClientOrigin): Promise<Begun> {
    const offer = readOffer(sdp);
    const offered = sentTracks(offer);
    const [first] = offered;
    if (first === undefined) throw new CanopyError('SDP_NOT_ACCEPTABLE');
    return this.#deps.sessions.begin({
      token,
      meetingId,
      client,
      bare: 'publishes',
      offer,
      rtpCapabilities,
      mid: first.mid,
      start: async (connected, transport) => {
        for (const track of offered) await this.#publish(connected, track);
        return writeAnswer(offer, offered, transport, 'recvonly');
      },
    });
  }

  async #publish(connected: Connected, { kind, rtpParameters }: SentTrack): Promise<void> {
    const source = kind === TrackKind.AUDIO ? TrackSource.MICROPHONE : TrackSource.CAMERA;
    await this.#deps.tracks.publish(connected, { kind, source, rtpParameters, muted: false, trackId: '' });
  }
}
