import type {
  CloseSessionRequest,
  ConnectTransportRequest,
  EdgeState,
  Empty,
  GetEdgeStateRequest,
  KeepWarmRequest,
  OpenSessionRequest,
  OpenSessionResponse,
  PublishTrackRequest,
  RecordRequest,
  RecordResponse,
  RestartIceRequest,
  RestartIceResponse,
  ResumeConsumersRequest,
  SetDrainingRequest,
  SetPublishingRequest,
  SetPublishingResponse,
  SetRoutesRequest,
  SetSubscriptionsRequest,
  SetSubscriptionsResponse,
  SetTrackMutedRequest,
  TracePathRequest,
  TrackPath,
  UnpublishTrackRequest,
} from '@canopy/proto/edge_media';
import { EdgeMediaClient } from '@canopy/proto/edge_media';
import { Certificates } from '@canopy/runtime/certificates';
import { clientCredentials, type TlsFiles, unaryCall } from '@canopy/runtime/grpc';

const timeoutMs = 10_000;

/** EdgeMedia as the control plane calls it, with promises. */
export class EdgeClient {
  readonly #client: EdgeMediaClient;

  constructor(address: string, tls?: TlsFiles) {
    this.#client = new EdgeMediaClient(address, clientCredentials(tls && new Certificates(tls)));
  }

  openSession(request: OpenSessionRequest): Promise<OpenSessionResponse> {
    return unaryCall(this.#client.openSession.bind(this.#client), request, timeoutMs);
  }

  closeSession(request: CloseSessionRequest): Promise<Empty> {
    return unaryCall(this.#client.closeSession.bind(this.#client), request, timeoutMs);
  }

  connectTransport(request: ConnectTransportRequest): Promise<Empty> {
    return unaryCall(this.#client.connectTransport.bind(this.#client), request, timeoutMs);
  }

  restartIce(request: RestartIceRequest): Promise<RestartIceResponse> {
    return unaryCall(this.#client.restartIce.bind(this.#client), request, timeoutMs);
  }

  publishTrack(request: PublishTrackRequest): Promise<Empty> {
    return unaryCall(this.#client.publishTrack.bind(this.#client), request, timeoutMs);
  }

  unpublishTrack(request: UnpublishTrackRequest): Promise<Empty> {
    return unaryCall(this.#client.unpublishTrack.bind(this.#client), request, timeoutMs);
  }

  setTrackMuted(request: SetTrackMutedRequest): Promise<Empty> {
    return unaryCall(this.#client.setTrackMuted.bind(this.#client), request, timeoutMs);
  }

  setSubscriptions(request: SetSubscriptionsRequest): Promise<SetSubscriptionsResponse> {
    return unaryCall(this.#client.setSubscriptions.bind(this.#client), request, timeoutMs);
  }

  resumeConsumers(request: ResumeConsumersRequest): Promise<Empty> {
    return unaryCall(this.#client.resumeConsumers.bind(this.#client), request, timeoutMs);
  }

  setRoutes(request: SetRoutesRequest): Promise<Empty> {
    return unaryCall(this.#client.setRoutes.bind(this.#client), request, timeoutMs);
  }

  setPublishing(request: SetPublishingRequest): Promise<SetPublishingResponse> {
    return unaryCall(this.#client.setPublishing.bind(this.#client), request, timeoutMs);
  }

  keepWarm(request: KeepWarmRequest): Promise<Empty> {
    return unaryCall(this.#client.keepWarm.bind(this.#client), request, timeoutMs);
  }

  record(request: RecordRequest): Promise<RecordResponse> {
    return unaryCall(this.#client.record.bind(this.#client), request, timeoutMs);
  }

  setDraining(request: SetDrainingRequest): Promise<Empty> {
    return unaryCall(this.#client.setDraining.bind(this.#client), request, timeoutMs);
  }

  getState(request: GetEdgeStateRequest): Promise<EdgeState> {
    return unaryCall(this.#client.getState.bind(this.#client), request, timeoutMs);
  }

  tracePath(request: TracePathRequest): Promise<TrackPath> {
    return unaryCall(this.#client.tracePath.bind(this.#client), request, timeoutMs);
  }

  close(): void {
    this.#client.close();
  }
}
