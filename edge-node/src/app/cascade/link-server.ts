import type { AttachRequest, PullRequest, PullResponse, ReleaseRequest } from '@canopy/proto/edge_link';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { extendPath } from '../../core/cascade/path-vector.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { LinkSink } from '../ports/neighbours.ts';
import { ChildLink } from './child-link.ts';

/** Serves this edge's children: their links, and the tracks they pull. */
export class LinkServer {
  readonly #edgeId: string;
  readonly #meetings: Meetings;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(edgeId: string, meetings: Meetings, clock: Clock, logger: Logger) {
    this.#edgeId = edgeId;
    this.#meetings = meetings;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Opens a link; it lives until the sink is closed. One that the same child had before is closed. Throws EDGE_OVERLOADED. */
  attach(request: AttachRequest, sink: LinkSink): Promise<void> {
    return this.#meetings.with(request.meetingId, async (meeting) => {
      const { linkId, childEdgeId, endpoint } = request;
      if (endpoint?.srtp === undefined) throw new CanopyError('BAD_REQUEST');
      const undo = new DisposableStack();
      try {
        const lease = await meeting.routers.acquireAny();
        undo.defer(() => lease.release());
        const pipe = await lease.router.openPipe('link');
        undo.defer(() => pipe.close());
        await pipe.connect(endpoint);
        undo.move();
        const link = new ChildLink(linkId, childEdgeId, lease, pipe, sink, this.#clock);
        this.#adopt(meeting, link);
        sink.send({ attached: { endpoint: pipe.endpoint } });
      } finally {
        undo.dispose();
      }
    });
  }

  /** Throws LINK_NOT_FOUND, LOOP_DETECTED, TRACK_NOT_FOUND, ROUTE_NOT_FOUND. */
  pull(request: PullRequest): Promise<PullResponse> {
    return this.#meetings.with(request.meetingId, async (meeting) => {
      const link = meeting.childLinks.get(request.linkId);
      if (link === undefined) throw new CanopyError('LINK_NOT_FOUND');
      if (extendPath(request.path, this.#edgeId) === undefined) throw new CanopyError('LOOP_DETECTED');
      return link.pull(meeting.tracks.obtain(request.trackId, request.originEdgeId), request);
    });
  }

  /** Stops sending a track into a link; what is not there is released already. */
  release({ meetingId, linkId, trackId }: ReleaseRequest): void {
    this.#meetings.get(meetingId)?.childLinks.get(linkId)?.release(trackId);
  }

  #adopt(meeting: Meeting, link: ChildLink): void {
    const logger = this.#logger.child({ meetingId: meeting.id, childId: link.childId });
    for (const other of meeting.childLinks.values()) if (other.childId === link.childId) other.close();
    meeting.childLinks.set(link.id, link);
    logger.info({}, 'child attached');
    link.onClosed(() => {
      meeting.childLinks.delete(link.id);
      logger.info({}, 'child detached');
      this.#meetings.forgetIfEmpty(meeting);
    });
  }
}
