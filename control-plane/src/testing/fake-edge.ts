import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { EdgeFact, EdgeHeartbeat, EdgeLifecycle, type NeighbourRtt } from '@canopy/proto/bus';
import {
  type EdgeMediaServer,
  EdgeMediaService,
  type EdgeState,
  type KeepWarmRequest,
  type LinkState,
  type OpenSessionRequest,
  type OpenSessionResponse,
  type PublishTrackRequest,
  type RecordedPart,
  type RecordRequest,
  type SetSubscriptionsRequest,
  type SetSubscriptionsResponse,
  type TrackTarget,
} from '@canopy/proto/edge_media';
import type { ConsumerParameters, IceServer, TransportParameters } from '@canopy/proto/media';
import { type RouteTable, RouteUpdate } from '@canopy/proto/routing';
import { busAddress } from '@canopy/runtime/bus-address';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { unaryHandlers } from '@canopy/runtime/grpc';
import { silentLogger } from '@canopy/runtime/logger';
import { protocolVersion } from '@canopy/runtime/protocol';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { connect, type NatsConnection } from 'nats';

export interface FakeEdgeOptions {
  id: string;
  region: string;
  natsUrl: string;
  namespace: string;
  heartbeatEveryMs?: number;
}

interface Session {
  request: OpenSessionRequest;
  /** By track id. */
  consumers: Map<string, ConsumerParameters>;
  /** What is received, by track id. */
  targets: Map<string, TrackTarget>;
  tracks: Map<string, PublishTrackRequest>;
  resumed: Set<string>;
  iceRestarts: number;
}

/** An edge without media: the whole EdgeMedia surface in memory, heartbeats and facts on the bus. */
export class FakeEdge {
  readonly id: string;
  readonly #options: FakeEdgeOptions;
  readonly #nats: NatsConnection;
  #server: Server | undefined;
  #address = '127.0.0.1:0';
  #beating: NodeJS.Timeout | undefined;
  readonly #sessions = new Map<string, Session>();
  /** The routes last given to this edge, by meeting. */
  readonly routes = new Map<string, RouteTable>();
  /** What it was last asked to record, by meeting. */
  readonly recording = new Map<string, RecordRequest>();
  /** What it answers to that; an error code: it refuses. */
  recordedParts: RecordedPart[] | ErrorCode = [];
  /** What it was last asked to keep warm, by meeting. */
  readonly warm = new Map<string, KeepWarmRequest>();
  /** The relays beside it. */
  iceServers: IceServer[] = [];
  /** Whether media of its clients got through. */
  mediaGetsThrough = true;
  /** Errors that `openSession` fails with from now on. */
  refuseWith: ErrorCode | undefined;
  /** Called with each session that is opened. */
  onOpen: () => void = () => {};
  /** Sessions that are opened are not answered before this resolves. */
  untilOpened: Promise<void> = Promise.resolve();
  /** Subscriptions are not answered before this resolves. */
  untilSubscribed: Promise<void> = Promise.resolve();
  /** Called with each session that is to be closed. */
  onClose: () => void = () => {};
  /** Sessions are not closed before this resolves. */
  untilClosing: Promise<void> = Promise.resolve();
  bootId = randomUUID();
  /** How far its clock is ahead, ms. */
  clockAheadMs = 0;
  load = 0;
  /** What it sends and what it could, bit/s. */
  network = { egressBps: 0, egressCapacityBps: 0 };
  state: EdgeLifecycle = EdgeLifecycle.READY;
  highestEpoch = 0;
  /** The version of the protocol it says it speaks. */
  protocol = protocolVersion;
  /** What it says of tracks that it gets from other edges. */
  readonly links: LinkState[] = [];
  /** What it says its probes of other edges showed. */
  readonly neighbours: NeighbourRtt[] = [];

  private constructor(nats: NatsConnection, options: FakeEdgeOptions) {
    this.id = options.id;
    this.#nats = nats;
    this.#options = options;
    nats.subscribe(`${options.namespace}.route.${options.id}`, {
      callback: (_error, message) => this.#accept(RouteUpdate.decode(message.data).table),
    });
  }

  static async start(options: FakeEdgeOptions): Promise<FakeEdge> {
    const nats = await connect({
      ...busAddress(options.natsUrl),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    const edge = new FakeEdge(nats, options);
    await edge.serve();
    edge.beat();
    return edge;
  }

  /** host:port of its EdgeMedia service. */
  get mediaAddress(): string {
    return this.#address;
  }

  session(meetingId: string, participantId: string): Session | undefined {
    return this.#sessions.get(key(meetingId, participantId));
  }

  sessionsOf(meetingId: string): number {
    return [...this.#sessions.values()].filter(({ request }) => request.meetingId === meetingId).length;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Begins to send heartbeats. */
  beat(): void {
    this.heartbeat();
    this.#beating ??= setInterval(() => this.heartbeat(), this.#options.heartbeatEveryMs ?? 200);
  }

  /** Stops sending heartbeats. */
  fallSilent(): void {
    clearInterval(this.#beating);
    this.#beating = undefined;
  }

  /** Stops answering. */
  unplug(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** As if killed. */
  kill(): void {
    this.fallSilent();
    this.unplug();
    this.#sessions.clear();
  }

  /** Loses one session without a word. */
  forget(meetingId: string, participantId: string): void {
    this.#sessions.delete(key(meetingId, participantId));
  }

  /** As if killed and started again: everything is forgotten. */
  reboot(): void {
    this.#sessions.clear();
    this.routes.clear();
    this.bootId = randomUUID();
    this.heartbeat();
  }

  heartbeat(): void {
    const { namespace, region } = this.#options;
    const heartbeat = EdgeHeartbeat.fromPartial({
      edgeId: this.id,
      region,
      bootId: this.bootId,
      state: this.state,
      sentAtMs: Date.now() + this.clockAheadMs,
      mediaAddress: this.#address,
      linkAddress: this.#address,
      httpAddress: this.#address,
      workers: [{ index: 0, cpu: this.load, consumers: 0, transports: 0, load: this.load }],
      load: this.load,
      ...this.network,
      sessions: this.#sessions.size,
      highestEpoch: this.highestEpoch,
      protocol: this.protocol,
      neighbours: this.neighbours,
    });
    this.#nats.publish(`${namespace}.edge.${this.id}.heartbeat`, EdgeHeartbeat.encode(heartbeat).finish());
  }

  /** Says a fact. */
  tell(fact: Omit<EdgeFact, 'edgeId' | 'bootId'>): void {
    const bytes = EdgeFact.encode({ edgeId: this.id, bootId: this.bootId, ...fact }).finish();
    this.#nats.publish(`${this.#options.namespace}.edge.${this.id}.fact`, bytes);
  }

  async serve(): Promise<void> {
    const server = new Server();
    server.addService(EdgeMediaService, this.#service());
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(this.#address, ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
    this.#address = `127.0.0.1:${await promise}`;
    this.#server = server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fallSilent();
    this.unplug();
    await this.#nats.close();
  }

  #service(): EdgeMediaServer {
    const serve = unaryHandlers(silentLogger);
    return {
      openSession: serve(async (request) => {
        const opened = this.#open(request);
        await this.untilOpened;
        return opened;
      }),
      closeSession: serve(async ({ meetingId, participantId, openingId }) => {
        this.onClose();
        await this.untilClosing;
        const id = key(meetingId, participantId);
        const known = this.#sessions.get(id)?.request.openingId;
        if (openingId === undefined || openingId === known) this.#sessions.delete(id);
        return {};
      }),
      closeMeeting: serve(async ({ meetingId }) => {
        for (const [id, { request }] of this.#sessions) if (request.meetingId === meetingId) this.#sessions.delete(id);
        this.routes.delete(meetingId);
        return {};
      }),
      connectTransport: serve(async (request) => {
        this.#find(request);
        return {};
      }),
      restartIce: serve(async (request) => {
        this.#find(request).iceRestarts += 1;
        return { send: ice(), receive: ice(), iceServers: this.iceServers };
      }),
      publishTrack: serve(async (request) => {
        this.#find(request).tracks.set(request.trackId, request);
        return {};
      }),
      setPublishing: serve(async (request) => {
        const session = this.#find(request);
        session.request.canPublish = request.canPublish;
        if (!request.canPublish) session.tracks.clear();
        return { sendTransport: request.canPublish ? this.#transport() : undefined };
      }),
      unpublishTrack: serve(async (request) => {
        this.#find(request).tracks.delete(request.trackId);
        return {};
      }),
      setTrackMuted: serve(async (request) => {
        const track = this.#find(request).tracks.get(request.trackId);
        if (track === undefined) throw new CanopyError('TRACK_NOT_FOUND');
        track.muted = request.muted;
        return {};
      }),
      setSubscriptions: serve(async (request) => {
        await this.untilSubscribed;
        return this.#subscribe(request);
      }),
      resumeConsumers: serve(async (request) => {
        const session = this.#find(request);
        for (const id of request.consumerIds) session.resumed.add(id);
        return {};
      }),
      keepWarm: serve(async (request) => {
        this.#accept(request.routes);
        this.warm.set(request.meetingId, request);
        return {};
      }),
      record: serve(async (request) => {
        if (typeof this.recordedParts === 'string') throw new CanopyError(this.recordedParts);
        this.recording.set(request.meetingId, request);
        return { parts: this.recordedParts };
      }),
      setRoutes: serve(async ({ table }) => {
        this.#accept(table);
        return {};
      }),
      setDraining: serve(async ({ draining }) => {
        this.state = draining ? EdgeLifecycle.DRAINING : EdgeLifecycle.READY;
        this.heartbeat();
        return {};
      }),
      getState: serve(async () => this.#state()),
      tracePath: serve(async ({ meetingId, trackId }) => ({ edgeIds: this.#path(meetingId, trackId) })),
    };
  }

  #open(request: OpenSessionRequest): OpenSessionResponse {
    if (this.refuseWith !== undefined) throw new CanopyError(this.refuseWith);
    this.onOpen();
    this.#accept(request.routes);
    const id = key(request.meetingId, request.participantId);
    const asked = {
      request,
      consumers: new Map(request.targets.map((target) => [trackOf(target), consumer(target, false)])),
      targets: targetsById(request.targets),
    };
    const known = this.#sessions.get(id);
    // As edges do, a client that asks again has the session it had.
    const session: Session =
      known !== undefined &&
      request.anew !== true &&
      isDeepStrictEqual(known.request.dtlsParameters, request.dtlsParameters)
        ? Object.assign(known, asked)
        : { ...asked, tracks: new Map(), resumed: new Set(), iceRestarts: 0 };
    this.#sessions.set(id, session);
    return {
      sendTransport: request.canPublish ? this.#transport() : undefined,
      receiveTransport: this.#transport(),
      consumers: [...session.consumers.values()],
      refused: [],
    };
  }

  #subscribe(request: SetSubscriptionsRequest): SetSubscriptionsResponse {
    const session = this.#find(request);
    const { consumers } = session;
    this.#accept(request.routes);
    session.targets = targetsById(request.targets);
    const wanted = new Set(request.targets.map(trackOf));
    const removedConsumerIds: string[] = [];
    for (const [trackId, { consumerId }] of consumers) {
      if (wanted.has(trackId)) continue;
      consumers.delete(trackId);
      removedConsumerIds.push(consumerId);
    }
    const added = request.targets
      .filter((target) => !consumers.has(trackOf(target)))
      .map((target) => consumer(target, true));
    for (const made of added) consumers.set(made.trackId, made);
    return { added, removedConsumerIds, refused: [] };
  }

  #path(meetingId: string, trackId: string): string[] {
    for (const { request, tracks } of this.#sessions.values()) {
      if (request.meetingId === meetingId && tracks.has(trackId)) return [this.id];
    }
    const parent = this.routes.get(meetingId)?.routes[0]?.parent;
    if (parent === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    return [parent.edgeId, this.id];
  }

  #state(): EdgeState {
    const sessions = [...this.#sessions.values()].map(({ request, consumers, tracks }) => ({
      meetingId: request.meetingId,
      participantId: request.participantId,
      worker: 0,
      consumers: consumers.size,
      trackIds: [...tracks.keys()],
      connected: this.mediaGetsThrough,
      openingId: request.openingId,
    }));
    return {
      edgeId: this.id,
      bootId: this.bootId,
      links: this.links,
      sessions,
      draining: this.state === EdgeLifecycle.DRAINING,
    };
  }

  #transport(): TransportParameters {
    return {
      id: randomUUID(),
      iceParameters: ice(),
      iceCandidates: [],
      dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] },
      iceServers: this.iceServers,
    };
  }

  #accept(table: RouteTable | undefined): void {
    if (table === undefined || (this.routes.get(table.meetingId)?.epoch ?? 0) > table.epoch) return;
    this.routes.set(table.meetingId, table);
    this.highestEpoch = Math.max(this.highestEpoch, table.epoch);
  }

  #find({ meetingId, participantId }: { meetingId: string; participantId: string }): Session {
    const session = this.#sessions.get(key(meetingId, participantId));
    if (session === undefined) throw new CanopyError('SESSION_NOT_FOUND');
    return session;
  }
}

function key(meetingId: string, participantId: string): string {
  return `${meetingId} ${participantId}`;
}

function targetsById(targets: readonly TrackTarget[]): Map<string, TrackTarget> {
  return new Map(targets.map((target) => [trackOf(target), target]));
}

function trackOf(target: TrackTarget): string {
  return target.want?.trackId ?? '';
}

function consumer(target: TrackTarget, paused: boolean): ConsumerParameters {
  return { consumerId: randomUUID(), trackId: trackOf(target), kind: target.kind, rtpParameters: undefined, paused };
}

function ice() {
  return { usernameFragment: randomUUID(), password: randomUUID(), iceLite: true };
}
