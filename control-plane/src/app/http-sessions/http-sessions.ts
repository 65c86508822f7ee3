import { randomUUID } from 'node:crypto';
import type { IceServer, RtpCapabilities, TransportParameters } from '@canopy/proto/media';
import type { MeetingEvent } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { usernameFragmentIn, writeFragment } from '../../core/sdp/fragment.ts';
import type { Offer } from '../../core/sdp/offer.ts';
import type { Access } from '../access/access.ts';
import type { JoinClaims } from '../access/ports.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { ClientOrigin } from '../edges/placing.ts';
import type { Connected } from '../session/connected.ts';
import type { Departing } from '../session/departing.ts';
import type { Bare, Joining } from '../session/join.ts';
import { type BareEnd, BareMember } from './bare-member.ts';
import type { Holding } from './holding.ts';
import type { HttpSessionRecord, HttpSessionStore } from './ports.ts';

export interface HttpSessionsDeps {
  access: Pick<Access, 'participant'>;
  joining: Pick<Joining, 'join'>;
  departing: Pick<Departing, 'release' | 'depart'>;
  media: Pick<EdgeMedia, 'restartIce'>;
  store: HttpSessionStore;
  holding: Holding;
  logger: Logger;
}

/** What a client gets for its offer. */
export interface Begun {
  id: string;
  meetingId: string;
  etag: string;
  answer: string;
  /** Relays beside its edge. */
  iceServers: readonly IceServer[];
}

/** Who asks for what of a session that is there already. */
export interface HttpSessionAddress {
  token: string;
  meetingId: string;
  id: string;
}

/** What comes of a patch: nothing to say, or a new ICE session. */
export type Patched = { etag: string; fragment: string; iceServers: readonly IceServer[] } | undefined;

/** A session to begin, its offer read. */
export interface Beginning {
  token: string;
  /** The meeting the token has to be for, if given. */
  meetingId: string | undefined;
  client: ClientOrigin;
  bare: Bare;
  offer: Offer;
  rtpCapabilities: RtpCapabilities;
  /** The first m-line that is taken. */
  mid: string;
  /** Something happened in its meeting; undefined: everything may be different. */
  onEvent?: (event: MeetingEvent | undefined) => void;
  /** Makes it do what it is for; what it throws ends the session. Returns the answer. */
  start: (connected: Connected, transport: TransportParameters) => Promise<string>;
  /** It is over, for whatever reason. */
  onEnd?: () => void;
}

/**
 * Participants that speak WHIP (RFC 9725) or WHEP (draft-ietf-wish-whep). Each is a participant like any other, but for its
 * connection: it has none, and is present as long as its media transport lives.
 */
export class HttpSessions {
  readonly #deps: HttpSessionsDeps;

  constructor(deps: HttpSessionsDeps) {
    this.#deps = deps;
  }

  /** Errors: those of a join, FORBIDDEN (an attendee who is to publish), MEETING_NOT_FOUND. */
  async begin(beginning: Beginning): Promise<Begun> {
    const { token, meetingId, client, bare, offer, rtpCapabilities, mid } = beginning;
    const { claims } = await this.#deps.access.participant(token);
    if (meetingId !== undefined && claims.meetingId !== meetingId) throw new CanopyError('MEETING_NOT_FOUND');
    const id = randomUUID();
    const onEnd = (why: BareEnd) => {
      beginning.onEnd?.();
      this.#ended(id, connected, why);
    };
    const member = new BareMember(claims.participantId, bare, onEnd, beginning.onEvent);
    const request = { token, rtpCapabilities, dtlsParameters: offer.dtls, rtts: [] };
    const [connected, joined] = await this.#deps.joining.join(request, client, id, member, bare);
    try {
      const transport = bare === 'plays' ? joined.receiveTransport : joined.sendTransport;
      if (transport === undefined) throw new CanopyError('FORBIDDEN');
      const answer = await beginning.start(connected, transport);
      const record = this.#recordOf(claims, connected, transport, beginning, mid);
      await this.#deps.store.put(id, record);
      this.#deps.holding.hold(id, record, connected, (why) => member.goodbye(why));
      connected.begin();
      const { iceServers } = transport;
      return { id, meetingId: claims.meetingId, etag: record.etag, answer, iceServers };
    } catch (error) {
      member.goodbye(CanopyError.from(error).code);
      throw error;
    }
  }

  /** `ifMatch`: the ICE session meant, `*` for whichever there is. Errors: NOT_FOUND, PRECONDITION_FAILED, SDP_INVALID, EDGE_UNREACHABLE. */
  async patch(address: HttpSessionAddress, ifMatch: string, sdpFragment: string): Promise<Patched> {
    const record = await this.#require(address);
    if (ifMatch !== '*' && ifMatch !== record.etag) throw new CanopyError('PRECONDITION_FAILED');
    const usernameFragment = usernameFragmentIn(sdpFragment);
    // Edges learn a client's candidates from its connectivity checks (ICE lite, RFC 8445 §2.5).
    if (usernameFragment === record.usernameFragment) return undefined;
    const { meetingId, participantId, edgeId, transport, mid, candidates } = record;
    const { [transport]: ice, iceServers } = await this.#deps.media.restartIce(edgeId, { meetingId, participantId });
    if (ice === undefined) throw new CanopyError('NOT_FOUND');
    const etag = etagOf(ice.usernameFragment);
    await this.#deps.store.put(address.id, { ...record, usernameFragment, etag });
    return { etag, fragment: writeFragment(mid, ice, candidates), iceServers };
  }

  /** Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async end(address: HttpSessionAddress): Promise<void> {
    const record = await this.#require(address);
    const { meetingId, participantId } = record;
    await this.#deps.departing.depart({ meetingId, participantId, connectionId: address.id, session: record });
    await this.#deps.store.remove(address.id);
  }

  /** Only by the token it was made with, or another one of the same participant. */
  async #require({ token, meetingId, id }: HttpSessionAddress): Promise<HttpSessionRecord> {
    const { claims } = await this.#deps.access.participant(token);
    const record = await this.#deps.store.get(id);
    const isOwn = record?.meetingId === claims.meetingId && record.participantId === claims.participantId;
    if (record === undefined || !isOwn || record.meetingId !== meetingId) throw new CanopyError('NOT_FOUND');
    return record;
  }

  #recordOf(
    { meetingId, participantId }: JoinClaims,
    { session }: Connected,
    { iceCandidates, iceParameters }: TransportParameters,
    { bare, offer }: Beginning,
    mid: string,
  ): HttpSessionRecord {
    return {
      meetingId,
      participantId,
      edgeId: session.media.edgeId,
      openingId: session.media.openingId,
      transport: bare === 'plays' ? 'receive' : 'send',
      mid,
      candidates: iceCandidates,
      usernameFragment: offer.ice.usernameFragment,
      etag: etagOf(iceParameters?.usernameFragment),
    };
  }

  #ended(id: string, connected: Connected, why: BareEnd): void {
    this.#deps.holding.letGo(id);
    const { meetingId, participantId, media } = connected.session;
    this.#deps.departing.release(connected);
    this.#deps.logger.info({ meetingId, participantId, why }, 'a session by WHIP or WHEP ended');
    const forget = async () => {
      await this.#deps.store.remove(id);
      if (why === 'LEFT' || why === 'REPLACED' || why === 'MEETING_ENDED') return;
      const session = why === 'SESSION_NOT_FOUND' ? undefined : media;
      await this.#deps.departing.depart({ meetingId, participantId, connectionId: id, session });
    };
    forget().catch((error: unknown) => {
      // Its presence is not renewed any more: a sweep removes it.
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'a bare participant was not taken out yet');
    });
  }
}

function etagOf(serverUsernameFragment: string | undefined): string {
  return `"${serverUsernameFragment ?? ''}"`;
}
