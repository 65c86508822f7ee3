import type { LostSession } from '@canopy/proto/bus';
import type { OpenSessionResponse } from '@canopy/proto/edge_media';
import type { DtlsParameters, RtpCapabilities, TransportParameters } from '@canopy/proto/media';
import type { RouteTable } from '@canopy/proto/routing';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import { adopt } from '../adopt.ts';
import type { RouteStore } from '../cascade/route-store.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { RouterLease } from '../meeting/meeting-routers.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { FactPublisher } from '../ports/control-plane.ts';
import type { ClientTransport, MediaWorkers } from '../ports/media.ts';
import type { Relay } from '../ports/relay.ts';
import type { DroppedTrack } from './dropped-tracks.ts';
import { Session } from './session.ts';
import type { Viewer } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';

/** A participant's session to open, its media parameters checked. */
export interface SessionRequest {
  meetingId: string;
  participantId: string;
  rtpCapabilities: RtpCapabilities;
  dtls: DtlsParameters | undefined;
  canPublish: boolean;
  /** The client takes second, silent consumers. */
  acceptsBackupConsumers: boolean;
  /** It is sent the payload types of its capabilities, and only receives. */
  chosePayloadTypes: boolean;
  /** A session that the client has here already is not the one asked for. */
  anew: boolean;
  /** What the session goes by from now on; undefined: the control plane gives it no name. */
  openingId: string | undefined;
  targets: readonly WantedTrack[];
  routes: RouteTable | undefined;
}

export interface SessionsOptions {
  workers: MediaWorkers;
  meetings: Meetings;
  routes: RouteStore;
  facts: FactPublisher;
  relay: Relay;
  clock: Clock;
  logger: Logger;
  /** What a viewer has of a track ended by itself. */
  onTrackEnded: (track: DroppedTrack) => void;
  /** True while this edge takes nobody new. */
  draining: () => boolean;
}

/** A join must not wait longer for a track that is far away: it is refused, and had when asked for again. */
const firstTracksTimeoutMs = 2_000;

/** Opens and closes sessions; what concerns one participant happens in order. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #queue = new KeyedQueue();
  /** Sessions whose worker took them along, until its death is reported. */
  #lost: { workerIndex: number; session: LostSession }[] = [];

  constructor(options: SessionsOptions) {
    this.#options = options;
    options.workers.onDied((workerIndex) => this.#reportDeath(workerIndex));
  }

  /**
   * Opens a session, or answers with the one that is there when the same client asks again, but not for it anew. A client with
   * another certificate takes the place of the old one. Throws EDGE_DRAINING, EDGE_OVERLOADED, INVALID_MEDIA_PARAMETERS.
   */
  open(request: SessionRequest): Promise<OpenSessionResponse> {
    const { meetings, routes } = this.#options;
    routes.put(request.routes);
    return this.inOrder(request.meetingId, request.participantId, () =>
      meetings.with(request.meetingId, async (meeting) => {
        const existing = meeting.sessions.get(request.participantId);
        if (!request.anew && existing?.isFor(request.dtls)) {
          existing.openingId = request.openingId;
          return this.#answer(existing, request.targets);
        }
        if (this.#options.draining()) throw new CanopyError('EDGE_DRAINING');
        existing?.close();
        return this.#answer(await this.#open(meeting, request), request.targets);
      }),
    );
  }

  /** Closes a session; one that is not there, or goes by another `openingId` by now, is closed already. */
  close(meetingId: string, participantId: string, openingId: string | undefined): Promise<void> {
    return this.inOrder(meetingId, participantId, async () => {
      const session = this.#options.meetings.get(meetingId)?.sessions.get(participantId);
      if (openingId === undefined || openingId === session?.openingId) session?.close();
    });
  }

  /**
   * Gives a session a send transport, or takes it away. Returns how to get to the one it has then. Errors: SESSION_NOT_FOUND,
   * INVALID_MEDIA_PARAMETERS.
   */
  setPublishing(
    meetingId: string,
    participantId: string,
    canPublish: boolean,
    dtls: DtlsParameters | undefined,
  ): Promise<TransportParameters | undefined> {
    return this.inOrder(meetingId, participantId, async () => {
      const { meetings } = this.#options;
      const session = meetings.session(meetingId, participantId);
      if (!canPublish) session.stopSending();
      else if (session.send === undefined) await this.#startSending(meetingId, session, dtls);
      return session.offer().send;
    });
  }

  async #startSending(meetingId: string, session: Session, dtls: DtlsParameters | undefined): Promise<void> {
    const undo = new DisposableStack();
    try {
      const transport = await session.openTransport();
      adopt(undo, () => transport.close());
      if (dtls !== undefined) await transport.connect(dtls);
      if (session.closed) throw new CanopyError('SESSION_NOT_FOUND');
      session.startSending(transport);
      this.#watch(meetingId, session, transport);
      undo.move();
    } finally {
      undo.dispose();
    }
  }

  /** Runs work after all earlier work for the same participant. */
  inOrder<T>(meetingId: string, participantId: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(`${meetingId}/${participantId}`, work);
  }

  async #open(meeting: Meeting, request: SessionRequest): Promise<Session> {
    const { participantId, rtpCapabilities, dtls, openingId } = request;
    const undo = new DisposableStack();
    try {
      const lease = await this.#leaseFor(meeting, request);
      undo.defer(() => lease.release());
      const openTransport = async () => {
        const transport = await lease.router.openClientTransport();
        adopt(undo, () => transport.close());
        if (dtls !== undefined) await transport.connect(dtls);
        return transport;
      };
      const [receive, send] = await Promise.all([openTransport(), request.canPublish ? openTransport() : undefined]);
      undo.move();
      const { workerIndex } = lease.router;
      const { codecs } = rtpCapabilities;
      const viewer: Viewer = {
        workerIndex,
        transport: receive,
        rtpCapabilities,
        acceptsBackup: request.acceptsBackupConsumers,
        ...(request.chosePayloadTypes && {
          translate: (producer) => meeting.translations.take(producer, workerIndex, codecs),
        }),
      };
      const trackFor = ({ want, originEdgeId }: WantedTrack) => meeting.tracks.obtain(want.trackId, originEdgeId);
      const logger = this.#options.logger.child({ meetingId: meeting.id, participantId });
      const onEnded = (trackId: string) => this.#options.onTrackEnded({ meetingId: meeting.id, trackId });
      const { clock } = this.#options;
      const subscriptions = new Subscriptions({ viewer, trackFor, onEnded, clock, logger });
      const { relay } = this.#options;
      const given = { participantId, openingId, lease, send, receive, rtpCapabilities, dtls };
      const session = new Session({ ...given, relay, subscriptions });
      this.#adopt(meeting, session, logger);
      return session;
    } finally {
      undo.dispose();
    }
  }

  /** On the worker that is to take it, a router that speaks the client's payload types. */
  async #leaseFor({ routers }: Meeting, request: SessionRequest): Promise<RouterLease> {
    const lease = await routers.acquireAny();
    if (!request.chosePayloadTypes) return lease;
    try {
      const { workerIndex } = lease.router;
      return await routers.acquire({ workerIndex, codecs: request.rtpCapabilities.codecs });
    } finally {
      lease.release();
    }
  }

  #adopt(meeting: Meeting, session: Session, logger: Logger): void {
    const { participantId } = session;
    meeting.sessions.set(participantId, session);
    logger.info({ worker: session.workerIndex }, 'session opened');
    session.onClosed(() => {
      if (meeting.sessions.get(participantId) === session) meeting.sessions.delete(participantId);
      logger.info({}, 'session closed');
      this.#options.meetings.forgetIfEmpty(meeting);
    });
    this.#tellWhenConnected(meeting, session);
    for (const transport of session.transports) this.#watch(meeting.id, session, transport);
  }

  /** Without one of its transports a session is lost, unless it was told to stop sending. */
  #watch(meetingId: string, session: Session, transport: ClientTransport): void {
    const { participantId, workerIndex } = session;
    const isInUse = () => !session.closed && session.transports.includes(transport);
    transport.onClosed(() => {
      if (!isInUse()) return;
      this.#lost.push({ workerIndex, session: { meetingId, participantId } });
      session.close();
    });
    transport.onLost(() => {
      if (!isInUse()) return;
      session.close();
      this.#options.facts.publish({ sessionClosed: { meetingId, participantId } });
    });
  }

  /** By whichever transport is first. */
  #tellWhenConnected(meeting: Meeting, session: Session): void {
    let told = false;
    for (const transport of session.transports) {
      transport.onConnected((over) => {
        if (told || session.closed) return;
        told = true;
        session.connected = true;
        const { participantId } = session;
        const sessionConnected = { meetingId: meeting.id, participantId, tcpOnly: over === 'tcp' };
        this.#options.facts.publish({ sessionConnected });
      });
    }
  }

  #reportDeath(workerIndex: number): void {
    const sessions = this.#lost.filter((lost) => lost.workerIndex === workerIndex).map(({ session }) => session);
    this.#lost = this.#lost.filter((lost) => lost.workerIndex !== workerIndex);
    this.#options.facts.publish({ workerDied: { worker: workerIndex, sessions } });
  }

  async #answer(session: Session, targets: readonly WantedTrack[]): Promise<OpenSessionResponse> {
    const { refused } = await session.subscriptions.set(targets, { paused: false, timeoutMs: firstTracksTimeoutMs });
    const { send, receive } = session.offer();
    return {
      receiveTransport: receive,
      ...(send && { sendTransport: send }),
      consumers: await session.subscriptions.consumers(),
      refused,
    };
  }
}
