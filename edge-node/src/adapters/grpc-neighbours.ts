import type {
  AttachRequest,
  LinkEvent,
  PullRequest,
  PullResponse,
  ReleaseRequest,
  SetFlowRequest,
} from '@canopy/proto/edge_link';
import { EdgeLinkClient } from '@canopy/proto/edge_link';
import type { EdgeAddress } from '@canopy/proto/routing';
import type { Certificates } from '@canopy/runtime/certificates';
import { callMetadata, clientCredentials, fromGrpcError, type UnaryMethod, unaryCall } from '@canopy/runtime/grpc';
import { ownChannelOptions, Redial } from '@canopy/runtime/redial';
import type { ChannelCredentials, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import type { LinkStream, Neighbours } from '../app/ports/neighbours.ts';

/**
 * A neighbour whose Node process stands still for a while, on a busy host, goes on forwarding: giving up its links costs the media
 * of all meetings over them that come no other way. Where there is another way, it is the media that tells when to take it.
 */
const linkChannelOptions = { ...ownChannelOptions, 'grpc.keepalive_timeout_ms': 3_000 };

/** A pull may go on through several edges. */
const callTimeoutMs = 5_000;

/** The EdgeLink service of other edges, one channel per address. */
export class GrpcNeighbours implements Neighbours {
  readonly #credentials: ChannelCredentials;
  readonly #clients = new Map<string, Redial<EdgeLinkClient>>();

  constructor(certificates: Certificates | undefined) {
    this.#credentials = clientCredentials(certificates);
  }

  attach(parent: EdgeAddress, request: AttachRequest): LinkStream {
    return new GrpcLinkStream(this.#client(parent).attach(request, callMetadata()));
  }

  pull(parent: EdgeAddress, request: PullRequest): Promise<PullResponse> {
    return this.#call(parent, (client) => client.pull.bind(client), request);
  }

  async release(parent: EdgeAddress, request: ReleaseRequest): Promise<void> {
    await this.#call(parent, (client) => client.release.bind(client), request);
  }

  async setFlow(parent: EdgeAddress, request: SetFlowRequest): Promise<void> {
    await this.#call(parent, (client) => client.setFlow.bind(client), request);
  }

  #call<Request, Response>(
    parent: EdgeAddress,
    method: (client: EdgeLinkClient) => UnaryMethod<Request, Response>,
    request: Request,
  ): Promise<Response> {
    return unaryCall(method(this.#client(parent)), request, callTimeoutMs);
  }

  close(): void {
    for (const redial of this.#clients.values()) redial[Symbol.dispose]();
    this.#clients.clear();
  }

  #client({ linkAddress }: EdgeAddress): EdgeLinkClient {
    const known = this.#clients.get(linkAddress);
    const redial = known ?? new Redial(() => new EdgeLinkClient(linkAddress, this.#credentials, linkChannelOptions));
    this.#clients.set(linkAddress, redial);
    return redial.client;
  }
}

class GrpcLinkStream implements LinkStream {
  readonly #call: ClientReadableStream<LinkEvent>;
  #end: { error: Error | undefined } | undefined;
  readonly #endListeners: ((error: Error | undefined) => void)[] = [];

  constructor(call: ClientReadableStream<LinkEvent>) {
    this.#call = call;
    call.on('error', (error: ServiceError) => this.#finish(fromGrpcError(error)));
    call.on('end', () => this.#finish(undefined));
  }

  onEvent(listener: (event: LinkEvent) => void): void {
    this.#call.on('data', listener);
  }

  onEnd(listener: (error: Error | undefined) => void): void {
    const end = this.#end;
    if (end === undefined) this.#endListeners.push(listener);
    else queueMicrotask(() => listener(end.error));
  }

  close(): void {
    this.#call.cancel();
  }

  #finish(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const listener of this.#endListeners) listener(error);
  }
}
