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
import type { Clock } from '@canopy/runtime/clock';
import { callMetadata, clientCredentials, fromGrpcError, type UnaryMethod, unaryCall } from '@canopy/runtime/grpc';
import { ownChannelOptions, Redial } from '@canopy/runtime/redial';
import type { ChannelCredentials, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { type LinkStream, type Neighbours, neighbourTimeoutMs } from '../app/ports/neighbours.ts';

const linkChannelOptions = { ...ownChannelOptions, 'grpc.keepalive_timeout_ms': neighbourTimeoutMs };

/** A pull may go on through several edges. */
const callTimeoutMs = 5_000;

/** The connection to a neighbour to which no link leads is kept for so long: the next link is open the sooner. */
const forgetAfterMs = 10 * 60_000;

interface Neighbour {
  redial: Redial<EdgeLinkClient>;
  /** Under way, open links among them. */
  calls: number;
  cancelForget: () => void;
}

/** The EdgeLink service of other edges, one channel per address. Edges come and go: those not called for long are forgotten. */
export class GrpcNeighbours implements Neighbours {
  readonly #credentials: ChannelCredentials;
  readonly #clock: Clock;
  /** By address. */
  readonly #neighbours = new Map<string, Neighbour>();

  constructor(certificates: Certificates | undefined, clock: Clock) {
    this.#credentials = clientCredentials(certificates);
    this.#clock = clock;
  }

  /** Neighbours there is a channel to. */
  get size(): number {
    return this.#neighbours.size;
  }

  attach(parent: EdgeAddress, request: AttachRequest): LinkStream {
    const { client, done } = this.#begin(parent);
    const stream = new GrpcLinkStream(client.attach(request, callMetadata()));
    stream.onEnd(done);
    return stream;
  }

  pull(parent: EdgeAddress, request: PullRequest): Promise<PullResponse> {
    return this.#call(parent, (client) => client.pull.bind(client), request);
  }

  /**
   * Asked once: the second time it could end what was pulled anew in between. One that is lost goes down with the connection that
   * the link's Attach is on as well, and the parent sends nothing over a link that ended; one of which but the status is lost was done.
   */
  async release(parent: EdgeAddress, request: ReleaseRequest): Promise<void> {
    await this.#call(parent, (client) => client.release.bind(client), request, { once: true });
  }

  async setFlow(parent: EdgeAddress, request: SetFlowRequest): Promise<void> {
    await this.#call(parent, (client) => client.setFlow.bind(client), request);
  }

  async #call<Request, Response>(
    parent: EdgeAddress,
    method: (client: EdgeLinkClient) => UnaryMethod<Request, Response>,
    request: Request,
    times?: { once: boolean },
  ): Promise<Response> {
    const { client, done } = this.#begin(parent);
    try {
      return await unaryCall(method(client), request, callTimeoutMs, times);
    } finally {
      done();
    }
  }

  close(): void {
    for (const linkAddress of this.#neighbours.keys()) this.#forget(linkAddress);
  }

  /** What to call; `done` tells that the call is over. */
  #begin({ linkAddress }: EdgeAddress): { client: EdgeLinkClient; done: () => void } {
    const neighbour = this.#neighbours.get(linkAddress) ?? this.#meet(linkAddress);
    neighbour.calls++;
    neighbour.cancelForget();
    const done = () => {
      neighbour.calls--;
      if (neighbour.calls > 0 || this.#neighbours.get(linkAddress) !== neighbour) return;
      neighbour.cancelForget = this.#clock.after(forgetAfterMs, () => this.#forget(linkAddress));
    };
    return { client: neighbour.redial.client, done };
  }

  #meet(linkAddress: string): Neighbour {
    const redial = new Redial(() => new EdgeLinkClient(linkAddress, this.#credentials, linkChannelOptions));
    const neighbour = { redial, calls: 0, cancelForget: () => {} };
    this.#neighbours.set(linkAddress, neighbour);
    return neighbour;
  }

  #forget(linkAddress: string): void {
    const neighbour = this.#neighbours.get(linkAddress);
    this.#neighbours.delete(linkAddress);
    neighbour?.cancelForget();
    neighbour?.redial[Symbol.dispose]();
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
