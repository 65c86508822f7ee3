import { randomUUID } from 'node:crypto';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import { routerRtpCapabilities } from '@canopy/proto/router-rtp-capabilities';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { writeAnswer } from '../../core/sdp/answer.ts';
import { usernameFragmentIn, writeFragment } from '../../core/sdp/fragment.ts';
import { readOffer } from '../../core/sdp/offer.ts';
import { type SentTrack, sentTracks } from '../../core/sdp/sent-tracks.ts';
import type { Access } from '../access/access.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { ClientOrigin } from '../edges/placing.ts';
import type { Connected } from '../session/connected.ts';
import type { Departing } from '../session/departing.ts';
import type { Joining } from '../session/join.ts';
import type { Tracks } from '../session/tracks.ts';
import type { IngestHolding } from './ingest-holding.ts';
import { type IngestEnd, IngestMember } from './ingest-member.ts';
import type { IngestRecord, IngestStore } from './ports.ts';

export interface IngestDeps {
  access: Pick<Access, 'participant'>;
  joining: Pick<Joining, 'join'>;
  tracks: Pick<Tracks, 'publish'>;
  departing: Pick<Departing, 'release' | 'depart'>;
  media: Pick<EdgeMedia, 'restartIce'>;
  store: IngestStore;
  holding: IngestHolding;
  logger: Logger;
}

/** What a publisher gets for its offer. */
export interface Ingested {
  id: string;
  meetingId: string;
  etag: string;
  answer: string;
}

/** Who asks for what of a publisher that is there already. */
export interface IngestAddress {
  token: string;
  meetingId: string;
  id: string;
}

/** What comes of a patch: nothing to say, or a new ICE session. */
export type Patched = { etag: string; fragment: string } | undefined;

const rtpCapabilities = {
  codecs: routerRtpCapabilities.codecs.map((codec) => ({
    ...codec,
    rtcpFeedback: codec.rtcpFeedback.map(({ type, parameter = '' }) => ({ type, parameter })),
  })),
  headerExtensions: routerRtpCapabilities.headerExtensions,
};

/**
 * Publishers that speak WHIP (RFC 9725). Each is a participant like any other, but for its connection: it has none, and is
 * present as long as its media transport lives.
 */
export class Ingest {
  readonly #deps: IngestDeps;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
  }

  /**
   * `meetingId`: the one the token has to be for, if given. Errors: those of a join, FORBIDDEN (attendees), SDP_INVALID,
   * SDP_NOT_ACCEPTABLE.
   */
  async start(token: string, meetingId: string | undefined, sdp: string, client: ClientOrigin): Promise<Ingested> {
    const { claims } = await this.#deps.access.participant(token);
    if (meetingId !== undefined && claims.meetingId !== meetingId) throw new CanopyError('MEETING_NOT_FOUND');
    const offer = readOffer(sdp);
    const offered = sentTracks(offer);
    const [first] = offered;
    if (first === undefined) throw new CanopyError('SDP_NOT_ACCEPTABLE');
    const id = randomUUID();
    const member = new IngestMember(claims.participantId, (why) => this.#ended(id, connected, why));
    const request = { token, rtpCapabilities, dtlsParameters: offer.dtls, rtts: [] };
    const [connected, { sendTransport }] = await this.#deps.joining.join(request, client, id, member, undefined);
    try {
      if (sendTransport === undefined) throw new CanopyError('FORBIDDEN');
      for (const track of offered) await this.#publish(connected, track);
      const { edgeId } = connected.session.media;
      const record: IngestRecord = {
        meetingId: claims.meetingId,
        participantId: claims.participantId,
        edgeId,
        mid: first.mid,
        candidates: sendTransport.iceCandidates,
        usernameFragment: offer.ice.usernameFragment,
        etag: etagOf(sendTransport.iceParameters?.usernameFragment),
      };
      await this.#deps.store.put(id, record);
      this.#deps.holding.hold(id, connected, (why) => member.goodbye(why));
      connected.begin();
      const answer = writeAnswer(offer, offered, sendTransport);
      return { id, meetingId: claims.meetingId, etag: record.etag, answer };
    } catch (error) {
      member.goodbye('SESSION_NOT_FOUND');
      throw error;
    }
  }

  /** `ifMatch`: the ICE session meant, `*` for whichever there is. Errors: NOT_FOUND, PRECONDITION_FAILED, SDP_INVALID, EDGE_UNREACHABLE. */
  async patch(address: IngestAddress, ifMatch: string, sdpFragment: string): Promise<Patched> {
    const record = await this.#require(address);
    if (ifMatch !== '*' && ifMatch !== record.etag) throw new CanopyError('PRECONDITION_FAILED');
    const usernameFragment = usernameFragmentIn(sdpFragment);
    // Edges learn a client's candidates from its connectivity checks (ICE lite, RFC 8445 §2.5).
    if (usernameFragment === record.usernameFragment) return undefined;
    const { meetingId, participantId, edgeId, mid, candidates } = record;
    const { send } = await this.#deps.media.restartIce(edgeId, { meetingId, participantId });
    if (send === undefined) throw new CanopyError('NOT_FOUND');
    const etag = etagOf(send.usernameFragment);
    await this.#deps.store.put(address.id, { ...record, usernameFragment, etag });
    return { etag, fragment: writeFragment(mid, send, candidates) };
  }

  /** Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async end(address: IngestAddress): Promise<void> {
    const { meetingId, participantId, edgeId } = await this.#require(address);
    await this.#deps.store.remove(address.id);
    await this.#deps.departing.depart({ meetingId, participantId, connectionId: address.id, edgeId });
  }

  /** Only by the token it was made with, or another one of the same participant. */
  async #require({ token, meetingId, id }: IngestAddress): Promise<IngestRecord> {
    const { claims } = await this.#deps.access.participant(token);
    const record = await this.#deps.store.get(id);
    const isOwn = record?.meetingId === claims.meetingId && record.participantId === claims.participantId;
    if (record === undefined || !isOwn || record.meetingId !== meetingId) throw new CanopyError('NOT_FOUND');
    return record;
  }

  async #publish(connected: Connected, { kind, rtpParameters }: SentTrack): Promise<void> {
    const source = kind === TrackKind.AUDIO ? TrackSource.MICROPHONE : TrackSource.CAMERA;
    await this.#deps.tracks.publish(connected, { kind, source, rtpParameters, muted: false, trackId: '' });
  }

  #ended(id: string, connected: Connected, why: IngestEnd): void {
    this.#deps.holding.letGo(id);
    const { meetingId, participantId, media } = connected.session;
    this.#deps.departing.release(connected);
    this.#deps.logger.info({ meetingId, participantId, why }, 'a WHIP publisher ended');
    const forget = async () => {
      await this.#deps.store.remove(id);
      if (why === 'LEFT' || why === 'REPLACED' || why === 'MEETING_ENDED') return;
      await this.#deps.departing.depart({ meetingId, participantId, connectionId: id, edgeId: media.edgeId });
    };
    forget().catch((error: unknown) => {
      // Its presence is not renewed any more: a sweep removes it.
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'a WHIP publisher was not taken out yet');
    });
  }
}

function etagOf(serverUsernameFragment: string | undefined): string {
  return `"${serverUsernameFragment ?? ''}"`;
}
