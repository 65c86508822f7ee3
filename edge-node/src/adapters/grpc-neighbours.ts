import type {
  AttachRequest,
  LinkEvent,
  PullRequest,
  PullResponse,
  ReleaseRequest,
  SetHeldBackRequest,
} from '@canopy/proto/edge_link';
import { EdgeLinkClient } from '@canopy/proto/edge_link';
import type { EdgeAddress } from '@canopy/proto/routing';
import { channelOptions, clientCredentials, fromGrpcError, type TlsFiles } from '@canopy/runtime/grpc';
import { type ClientReadableStream, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { LinkStream, Neighbours } from '../app/ports/neighbours.ts';

/** A pull may go on through several edges. */
const callTimeoutMs = 5_000;

/** The EdgeLink service of other edges, one channel per address. */
export class GrpcNeighbours implements Neighbours {
  readonly #tls: TlsFiles | undefined;
  readonly #clients = new Map<string, EdgeLinkClient>();

  constructor(tls: TlsFiles | undefined) {
    this.#tls = tls;
  }

  attach(parent: EdgeAddress, request: AttachRequest): LinkStream {
    return new GrpcLinkStream(this.#client(parent).attach(request));
  }

  pull(parent: EdgeAddress, request: PullRequest): Promise<PullResponse> {
    return unary((callback) =>
      this.#client(parent).pull(request, new Metadata(), { deadline: Date.now() + callTimeoutMs }, callback),
    );
  }

  async release(parent: EdgeAddress, request: ReleaseRequest): Promise<void> {
    await unary((callback) =>
      this.#client(parent).release(request, new Metadata(), { deadline: Date.now() + callTimeoutMs }, callback),
    );
  }

  async setHeldBack(parent: EdgeAddress, request: SetHeldBackRequest): Promise<void> {
    await unary((callback) =>
      this.#client(parent).setHeldBack(request, new Metadata(), { deadline: Date.now() + callTimeoutMs }, callback),
    );
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client({ linkAddress }: EdgeAddress): EdgeLinkClient {
    const known = this.#clients.get(linkAddress);
    if (known !== undefined) return known;
    const client = new EdgeLinkClient(linkAddress, clientCredentials(this.#tls), channelOptions);
    this.#clients.set(linkAddress, client);
    return client;
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

/** One unary call as a promise that rejects with a coded error. */
export function unary<Response>(
  call: (callback: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(fromGrpcError(error));
    });
  });
}
