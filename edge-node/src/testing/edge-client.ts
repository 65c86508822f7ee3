import type {
  CloseSessionRequest,
  EdgeState,
  Empty,
  GetEdgeStateRequest,
  OpenSessionRequest,
  OpenSessionResponse,
  PublishTrackRequest,
  ResumeConsumersRequest,
  SetDrainingRequest,
  SetRoutesRequest,
  SetSubscriptionsRequest,
  SetSubscriptionsResponse,
  SetTrackMutedRequest,
  TracePathRequest,
  TrackPath,
  UnpublishTrackRequest,
} from '@canopy/proto/edge_media';
import { EdgeMediaClient } from '@canopy/proto/edge_media';
import { clientCredentials, type TlsFiles } from '@canopy/runtime/grpc';
import { Metadata } from '@grpc/grpc-js';
import { unary } from '../adapters/grpc-neighbours.ts';

const timeoutMs = 10_000;

/** EdgeMedia as the control plane calls it, with promises. */
export class EdgeClient {
  readonly #client: EdgeMediaClient;

  constructor(address: string, tls?: TlsFiles) {
    this.#client = new EdgeMediaClient(address, clientCredentials(tls));
  }

  openSession(request: OpenSessionRequest): Promise<OpenSessionResponse> {
    return unary((done) => this.#client.openSession(request, new Metadata(), deadline(), done));
  }

  closeSession(request: CloseSessionRequest): Promise<Empty> {
    return unary((done) => this.#client.closeSession(request, new Metadata(), deadline(), done));
  }

  publishTrack(request: PublishTrackRequest): Promise<Empty> {
    return unary((done) => this.#client.publishTrack(request, new Metadata(), deadline(), done));
  }

  unpublishTrack(request: UnpublishTrackRequest): Promise<Empty> {
    return unary((done) => this.#client.unpublishTrack(request, new Metadata(), deadline(), done));
  }

  setTrackMuted(request: SetTrackMutedRequest): Promise<Empty> {
    return unary((done) => this.#client.setTrackMuted(request, new Metadata(), deadline(), done));
  }

  setSubscriptions(request: SetSubscriptionsRequest): Promise<SetSubscriptionsResponse> {
    return unary((done) => this.#client.setSubscriptions(request, new Metadata(), deadline(), done));
  }

  resumeConsumers(request: ResumeConsumersRequest): Promise<Empty> {
    return unary((done) => this.#client.resumeConsumers(request, new Metadata(), deadline(), done));
  }

  setRoutes(request: SetRoutesRequest): Promise<Empty> {
    return unary((done) => this.#client.setRoutes(request, new Metadata(), deadline(), done));
  }

  setDraining(request: SetDrainingRequest): Promise<Empty> {
    return unary((done) => this.#client.setDraining(request, new Metadata(), deadline(), done));
  }

  getState(request: GetEdgeStateRequest): Promise<EdgeState> {
    return unary((done) => this.#client.getState(request, new Metadata(), deadline(), done));
  }

  tracePath(request: TracePathRequest): Promise<TrackPath> {
    return unary((done) => this.#client.tracePath(request, new Metadata(), deadline(), done));
  }

  close(): void {
    this.#client.close();
  }
}

function deadline(): { deadline: number } {
  return { deadline: Date.now() + timeoutMs };
}
