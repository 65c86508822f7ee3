import { EdgeMediaClient } from '@canopy/proto/edge_media';
import { CanopyError } from '@canopy/runtime/errors';
import { channelOptions, fromGrpcError, type UnaryMethod } from '@canopy/runtime/grpc';
import { type ChannelCredentials, Metadata } from '@grpc/grpc-js';
import type { EdgeMedia } from '../../app/edges/edge-media.ts';

export interface EdgeClientsOptions {
  credentials: ChannelCredentials;
  /** An edge that takes longer to answer has failed. */
  callTimeoutMs: number;
  /** host:port of an edge's EdgeMedia service; undefined for an unknown edge. */
  addressOf(edgeId: string): string | undefined;
}

interface Channel {
  address: string;
  client: EdgeMediaClient;
}

/** EdgeMedia over gRPC, one channel per edge. Owns the channels. */
export class EdgeMediaClients implements EdgeMedia {
  readonly #options: EdgeClientsOptions;
  readonly #channels = new Map<string, Channel>();

  constructor(options: EdgeClientsOptions) {
    this.#options = options;
  }

  readonly openSession = this.#rpc((client) => client.openSession.bind(client));
  readonly restartIce = this.#rpc((client) => client.restartIce.bind(client));
  readonly setSubscriptions = this.#rpc((client) => client.setSubscriptions.bind(client));
  readonly getState = this.#rpc((client) => client.getState.bind(client));
  readonly tracePath = this.#rpc((client) => client.tracePath.bind(client));
  readonly closeSession = this.#command((client) => client.closeSession.bind(client));
  readonly closeMeeting = this.#command((client) => client.closeMeeting.bind(client));
  readonly connectTransport = this.#command((client) => client.connectTransport.bind(client));
  readonly publishTrack = this.#command((client) => client.publishTrack.bind(client));
  readonly unpublishTrack = this.#command((client) => client.unpublishTrack.bind(client));
  readonly setTrackMuted = this.#command((client) => client.setTrackMuted.bind(client));
  readonly setRoutes = this.#command((client) => client.setRoutes.bind(client));
  readonly setDraining = this.#command((client) => client.setDraining.bind(client));
  readonly resumeConsumers = this.#command((client) => client.resumeConsumers.bind(client));

  /** Closes the channel of an edge that is gone. */
  forget(edgeId: string): void {
    this.#channels.get(edgeId)?.client.close();
    this.#channels.delete(edgeId);
  }

  [Symbol.dispose](): void {
    for (const edgeId of this.#channels.keys()) this.forget(edgeId);
  }

  #rpc<Request, Response>(method: (client: EdgeMediaClient) => UnaryMethod<Request, Response>) {
    return (edgeId: string, request: Request) => this.#call(edgeId, method, request);
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
  ): Promise<Response> {
    const client = this.#client(edgeId);
    const deadline = Date.now() + this.#options.callTimeoutMs;
    return await new Promise((resolve, reject) => {
      method(client)(request, new Metadata(), { deadline }, (error, response) => {
        if (error === null) resolve(response);
        else reject(fromGrpcError(error));
      });
    });
  }

  #client(edgeId: string): EdgeMediaClient {
    const address = this.#options.addressOf(edgeId);
    if (address === undefined) throw new CanopyError('EDGE_NOT_FOUND');
    const channel = this.#channels.get(edgeId);
    if (channel?.address === address) return channel.client;
    this.forget(edgeId);
    const client = new EdgeMediaClient(address, this.#options.credentials, channelOptions);
    this.#channels.set(edgeId, { address, client });
    return client;
  }
}
