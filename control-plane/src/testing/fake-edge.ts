import { randomUUID } from 'node:crypto';
import { EdgeFact, EdgeHeartbeat, EdgeLifecycle, type NeighbourRtt } from '@canopy/proto/bus';
import {
  type EdgeMediaServer,
  EdgeMediaService,
  type EdgeState,
  type KeepWarmRequest,
  type LinkState,
  type OpenSessionRequest,
  type OpenSessionResponse,
  type RecordedPart,
  type RecordRequest,
} from '@canopy/proto/edge_media';
import type { IceServer, TransportParameters } from '@canopy/proto/media';
import { type RouteTable, RouteUpdate } from '@canopy/proto/routing';
import { busAddress } from '@canopy/runtime/bus-address';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { unaryHandlers } from '@canopy/runtime/grpc';
import { silentLogger } from '@canopy/runtime/logger';
import { protocolVersion } from '@canopy/runtime/protocol';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { connect, type NatsConnection } from 'nats';
import { type FakeSession, FakeSessions } from './fake-sessions.ts';

export interface FakeEdgeOptions {
  id: string;
  region: string;
  natsUrl: string;
  namespace: string;
  heartbeatEveryMs?: number;
}

/** An edge without media: the whole EdgeMedia surface in memory, heartbeats and facts on the bus. */
export class FakeEdge {
  readonly id: string;
  readonly #options: FakeEdgeOptions;
  readonly #nats: NatsConnection;
  #server: Server | undefined;
  #address = '127.0.0.1:0';
  #beating: NodeJS.Timeout | undefined;
  readonly #sessions = new FakeSessions();
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

  session(meetingId: string, participantId: string): FakeSession | undefined {
    return this.#sessions.get({ meetingId, participantId });
  }

  sessionsOf(meetingId: string): number {
    return this.#sessions.ofMeeting(meetingId).length;
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
    this.#sessions.forget({ meetingId, participantId });
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
      closeSession: serve(async (request) => {
        this.onClose();
        await this.untilClosing;
        this.#sessions.close(request);
        return {};
      }),
      closeMeeting: serve(async ({ meetingId }) => {
        this.#sessions.closeMeeting(meetingId);
        this.routes.delete(meetingId);
        return {};
      }),
      connectTransport: serve(async (request) => {
        this.#sessions.find(request);
        return {};
      }),
      restartIce: serve(async (request) => {
        this.#sessions.find(request).iceRestarts += 1;
        return { send: ice(), receive: ice(), iceServers: this.iceServers };
      }),
      publishTrack: serve(async (request) => {
        this.#sessions.find(request).tracks.set(request.trackId, request);
        return {};
      }),
      setPublishing: serve(async (request) => {
        const session = this.#sessions.find(request);
        session.request.canPublish = request.canPublish;
        if (!request.canPublish) session.tracks.clear();
        return { sendTransport: request.canPublish ? this.#transport() : undefined };
      }),
      unpublishTrack: serve(async (request) => {
        this.#sessions.find(request).tracks.delete(request.trackId);
        return {};
      }),
      setTrackMuted: serve(async (request) => {
        const track = this.#sessions.find(request).tracks.get(request.trackId);
        if (track === undefined) throw new CanopyError('TRACK_NOT_FOUND');
        track.muted = request.muted;
        return {};
      }),
      setSubscriptions: serve(async (request) => {
        await this.untilSubscribed;
        const changed = this.#sessions.subscribe(request);
        this.#accept(request.routes);
        return changed;
      }),
      resumeConsumers: serve(async (request) => {
        const session = this.#sessions.find(request);
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
    const { consumers } = this.#sessions.open(request);
    return {
      sendTransport: request.canPublish ? this.#transport() : undefined,
      receiveTransport: this.#transport(),
      consumers: [...consumers.values()],
      refused: [],
    };
  }

  #path(meetingId: string, trackId: string): string[] {
    if (this.#sessions.ofMeeting(meetingId).some(({ tracks }) => tracks.has(trackId))) return [this.id];
    const parent = this.routes.get(meetingId)?.routes[0]?.parent;
    if (parent === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    return [parent.edgeId, this.id];
  }

  #state(): EdgeState {
    return {
      edgeId: this.id,
      bootId: this.bootId,
      links: this.links,
      sessions: this.#sessions.told(this.mediaGetsThrough),
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
}

function ice() {
  return { usernameFragment: randomUUID(), password: randomUUID(), iceLite: true };
}
