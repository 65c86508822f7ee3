import { EdgeMediaClient } from '@canopy/proto/edge_media';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { channelOptions, type UnaryMethod, unaryCall } from '@canopy/runtime/grpc';
import { type ChannelCredentials, connectivityState } from '@grpc/grpc-js';
import type { EdgeMedia } from '../../app/edges/edge-media.ts';

export interface EdgeClientsOptions {
  credentials: ChannelCredentials;
  /** An edge that takes longer to answer has failed. */
  callTimeoutMs: number;
  /** The same for a probe. */
  probeTimeoutMs: number;
  /** host:port of an edge's EdgeMedia service; undefined for an unknown edge. */
  addressOf(edgeId: string): string | undefined;
  /** It answers nobody, until it is heard of again: only probes still ask it anything. */
  isDead(edgeId: string): boolean;
}

/** Nothing is shared with other channels to the same edge. */
const probeChannelOptions = { ...channelOptions, 'grpc.use_local_subchannel_pool': 1 };

interface Channel {
  address: string;
  client: EdgeMediaClient;
}

/** EdgeMedia over gRPC, one channel per edge. Owns the channels. */
export class EdgeMediaClients implements EdgeMedia {
  readonly #options: EdgeClientsOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #broken = new Emitter<{ broken: string }>();

  constructor(options: EdgeClientsOptions) {
    this.#options = options;
  }

  readonly openSession = this.#rpc((client) => client.openSession.bind(client));
  readonly restartIce = this.#rpc((client) => client.restartIce.bind(client));
  /** What it made is told once: who does not hear it begins anew. */
  readonly setSubscriptions = this.#rpc((client) => client.setSubscriptions.bind(client), { once: true });
  readonly setPublishing = this.#rpc((client) => client.setPublishing.bind(client));
  readonly record = this.#rpc((client) => client.record.bind(client));
  readonly getState = this.#rpc((client) => client.getState.bind(client));
  readonly tracePath = this.#rpc((client) => client.tracePath.bind(client));
  readonly closeSession = this.#command((client) => client.closeSession.bind(client));
  readonly closeMeeting = this.#command((client) => client.closeMeeting.bind(client));
  readonly connectTransport = this.#command((client) => client.connectTransport.bind(client));
  readonly publishTrack = this.#command((client) => client.publishTrack.bind(client));
  readonly unpublishTrack = this.#command((client) => client.unpublishTrack.bind(client));
  readonly setTrackMuted = this.#command((client) => client.setTrackMuted.bind(client));
  readonly keepWarm = this.#command((client) => client.keepWarm.bind(client));
  readonly setRoutes = this.#command((client) => client.setRoutes.bind(client));
  readonly setDraining = this.#command((client) => client.setDraining.bind(client));
  readonly resumeConsumers = this.#command((client) => client.resumeConsumers.bind(client));

  /**
   * Asks over a fresh connection, for one that exists may be waiting out its back-off; and over the one there is as well, where
   * that is ready: four round trips until a fresh one answers are too many to an edge on the other side of the world.
   */
  async probe(edgeId: string): Promise<void> {
    const afresh = this.#probeAfresh(edgeId);
    const ready = this.#ready(edgeId);
    if (ready === undefined) return await afresh;
    // What the fresh one says of the edge is what counts.
    await Promise.any([afresh, this.#ask(ready)]).catch(() => afresh);
  }

  onBroken(listener: (edgeId: string) => void): () => void {
    return this.#broken.on('broken', listener);
  }

  forget(edgeId: string): void {
    const channel = this.#channels.get(edgeId);
    this.#channels.delete(edgeId);
    channel?.client.close();
  }

  [Symbol.dispose](): void {
    for (const edgeId of this.#channels.keys()) this.forget(edgeId);
  }

  async #probeAfresh(edgeId: string): Promise<void> {
    const client = new EdgeMediaClient(this.#address(edgeId), this.#options.credentials, probeChannelOptions);
    try {
      await this.#ask(client);
    } finally {
      client.close();
    }
  }

  async #ask(client: EdgeMediaClient): Promise<void> {
    await unaryCall(client.getState.bind(client), { meetingId: 'none' }, this.#options.probeTimeoutMs);
  }

  /** The client whose connection to where the edge is now works, as far as is known. */
  #ready(edgeId: string): EdgeMediaClient | undefined {
    const channel = this.#channels.get(edgeId);
    if (channel === undefined || channel.address !== this.#options.addressOf(edgeId)) return undefined;
    const state = channel.client.getChannel().getConnectivityState(false);
    return state === connectivityState.READY ? channel.client : undefined;
  }

  #rpc<Request, Response>(method: (client: EdgeMediaClient) => UnaryMethod<Request, Response>, { once = false } = {}) {
    return (edgeId: string, request: Request) => this.#call(edgeId, method, request, once);
  }

  #command<Request>(method: (client: EdgeMediaClient) => UnaryMethod<Request, object>) {
    return async (edgeId: string, request: Request): Promise<void> => {
      await this.#call(edgeId, method, request);
    };
  }

  async #call<Request, Response>(
    edgeId: string,
    method: (client: EdgeMediaClient) => UnaryMethod<Request, Response>,
    request: Request,
    once = false,
  ): Promise<Response> {
    // A host that stands still takes connections all the same. Whoever waited for it would hold up the way to another edge.
    if (this.#options.isDead(edgeId)) throw new CanopyError('EDGE_UNREACHABLE');
    return await unaryCall(method(this.#client(edgeId)), request, this.#options.callTimeoutMs, { once });
  }

  #client(edgeId: string): EdgeMediaClient {
    const address = this.#address(edgeId);
    const channel = this.#channels.get(edgeId);
    if (channel?.address === address) return channel.client;
    this.forget(edgeId);
    const client = new EdgeMediaClient(address, this.#options.credentials, channelOptions);
    this.#channels.set(edgeId, { address, client });
    this.#watch(edgeId, client, connectivityState.IDLE);
    return client;
  }

  #watch(edgeId: string, client: EdgeMediaClient, state: connectivityState): void {
    client.getChannel().watchConnectivityState(state, Number.POSITIVE_INFINITY, (closed) => {
      if (closed !== undefined || this.#channels.get(edgeId)?.client !== client) return;
      const next = client.getChannel().getConnectivityState(false);
      if (state === connectivityState.READY && next !== state) this.#broken.emit('broken', edgeId);
      this.#watch(edgeId, client, next);
    });
  }

  #address(edgeId: string): string {
    const address = this.#options.addressOf(edgeId);
    if (address === undefined) throw new CanopyError('EDGE_NOT_FOUND');
    return address;
  }
}
