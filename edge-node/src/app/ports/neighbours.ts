import type {
  AttachRequest,
  LinkEvent,
  PullRequest,
  PullResponse,
  ReleaseRequest,
  SetFlowRequest,
} from '@canopy/proto/edge_link';
import type { EdgeAddress } from '@canopy/proto/routing';

/**
 * Either side of a link waits that long for an answer to a ping. A neighbour whose Node process stands still for a while, on a busy
 * host, goes on forwarding: giving up its links costs the media of all meetings over them that come no other way. Where there is
 * another way, it is the media that tells when to take it.
 */
export const neighbourTimeoutMs = 3_000;

/** How this edge, as a child, reaches the edges it pulls tracks from. */
export interface Neighbours {
  /** Opens a link. The stream begins with `attached`; it ends when either side ends the link or the neighbour is gone. */
  attach(parent: EdgeAddress, request: AttachRequest): LinkStream;
  /** Throws coded errors of the parent; EDGE_UNREACHABLE or TIMEOUT when it does not answer. */
  pull(parent: EdgeAddress, request: PullRequest): Promise<PullResponse>;
  release(parent: EdgeAddress, request: ReleaseRequest): Promise<void>;
  /** Throws LINK_NOT_FOUND, TRACK_NOT_FOUND. */
  setFlow(parent: EdgeAddress, request: SetFlowRequest): Promise<void>;
}

/** The child's side of an open Attach call. */
export interface LinkStream {
  onEvent(listener: (event: LinkEvent) => void): void;
  /** Called once; the error says why, if the parent did not simply end the link. */
  onEnd(listener: (error: Error | undefined) => void): void;
  close(): void;
}

/** The parent's side of an open Attach call. */
export interface LinkSink {
  send(event: LinkEvent): void;
  /** Ends the call; with an error, when the link failed. */
  end(error?: Error): void;
  /** The child ended the call, or is gone. */
  onClosed(listener: () => void): void;
}
