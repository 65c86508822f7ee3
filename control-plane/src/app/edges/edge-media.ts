import type {
  CloseMeetingRequest,
  CloseSessionRequest,
  ConnectTransportRequest,
  EdgeState,
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

/**
 * What edges do for us; users take the part of it they need. All calls end in bounded time. Errors: those of
 * edge_media.proto, and EDGE_UNREACHABLE, TIMEOUT, EDGE_NOT_FOUND.
 */
export interface EdgeMedia {
  openSession(edgeId: string, request: OpenSessionRequest): Promise<OpenSessionResponse>;
  closeSession(edgeId: string, request: CloseSessionRequest): Promise<void>;
  closeMeeting(edgeId: string, request: CloseMeetingRequest): Promise<void>;
  connectTransport(edgeId: string, request: ConnectTransportRequest): Promise<void>;
  restartIce(edgeId: string, request: RestartIceRequest): Promise<RestartIceResponse>;
  publishTrack(edgeId: string, request: PublishTrackRequest): Promise<void>;
  setPublishing(edgeId: string, request: SetPublishingRequest): Promise<SetPublishingResponse>;
  unpublishTrack(edgeId: string, request: UnpublishTrackRequest): Promise<void>;
  setTrackMuted(edgeId: string, request: SetTrackMutedRequest): Promise<void>;
  setSubscriptions(edgeId: string, request: SetSubscriptionsRequest): Promise<SetSubscriptionsResponse>;
  resumeConsumers(edgeId: string, request: ResumeConsumersRequest): Promise<void>;
  keepWarm(edgeId: string, request: KeepWarmRequest): Promise<void>;
  record(edgeId: string, request: RecordRequest): Promise<RecordResponse>;
  setRoutes(edgeId: string, request: SetRoutesRequest): Promise<void>;
  setDraining(edgeId: string, request: SetDrainingRequest): Promise<void>;
  getState(edgeId: string, request: GetEdgeStateRequest): Promise<EdgeState>;
  /** Whether the edge answers, on a connection of its own and soon. Errors: EDGE_UNREACHABLE (refused), TIMEOUT. */
  probe(edgeId: string): Promise<void>;
  /** Calls `listener` when an established connection to an edge breaks; returns what ends that. */
  onBroken(listener: (edgeId: string) => void): () => void;
  /** Drops the connection to an edge; the next call makes a new one. */
  forget(edgeId: string): void;
  tracePath(edgeId: string, request: TracePathRequest): Promise<TrackPath>;
}
