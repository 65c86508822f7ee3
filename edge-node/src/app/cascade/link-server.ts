import type { AttachRequest, PullRequest, PullResponse, ReleaseRequest, SetFlowRequest } from '@canopy/proto/edge_link';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { extendPath } from '../../core/cascade/path-vector.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { LinkSink } from '../ports/neighbours.ts';
import { ChildLink } from './child-link.ts';
import { fromLinkUse } from './link-use.ts';

/** Serves this edge's children: their links, and the tracks they pull. */
export class LinkServer {
  readonly #edgeId: string;
  readonly #meetings: Meetings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lingerMs: number;

  constructor(edgeId: string, meetings: Meetings, clock: Clock, logger: Logger, lingerMs: number) {
    this.#edgeId = edgeId;
    this.#meetings = meetings;
    this.#clock = clock;
    this.#logger = logger;
    this.#lingerMs = lingerMs;
  }

  /** Opens a link; it lives until the sink is closed. One that the same child had before carries its tracks until
   * they are pulled over this one. Throws EDGE_OVERLOADED. */
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
        const logger = this.#logger.child({ meetingId: meeting.id, childId: childEdgeId });
        const parts = { lease, pipe, sink, clock: this.#clock, logger, lingerMs: this.#lingerMs };
        const link = new ChildLink({ id: linkId, childId: childEdgeId, ...parts });
        this.#adopt(meeting, link, logger);
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
      // Asked before the track is obtained, which nobody would hold.
      if (!link?.attached) throw new CanopyError('LINK_NOT_FOUND');
      if (extendPath(request.path, this.#edgeId) === undefined) throw new CanopyError('LOOP_DETECTED');
      const answer = await link.pull(meeting.tracks.obtain(request.trackId, request.originEdgeId), request);
      for (const other of otherLinks(meeting, link)) other.release(request);
      return answer;
    });
  }

  /** Stops sending a track into a link; what is not there is released already. */
  release({ meetingId, linkId, former, ...track }: ReleaseRequest): void {
    const link = this.#meetings.get(meetingId)?.childLinks.get(linkId);
    if (former) link?.releaseFormer(track);
    else link?.release(track);
  }

  /** Throws LINK_NOT_FOUND, TRACK_NOT_FOUND. */
  async setFlow({ meetingId, linkId, heldBack, layers, insists, use, ...track }: SetFlowRequest): Promise<void> {
    const link = this.#meetings.get(meetingId)?.childLinks.get(linkId);
    if (link === undefined) throw new CanopyError('LINK_NOT_FOUND');
    const flow = { heldBack, layers: layers ?? Number.POSITIVE_INFINITY, insists, use: fromLinkUse(use) };
    await link.setFlow(track, flow);
  }

  #adopt(meeting: Meeting, link: ChildLink, logger: Logger): void {
    meeting.childLinks.set(link.id, link);
    for (const other of otherLinks(meeting, link)) other.detach();
    logger.info({}, 'child attached');
    link.onClosed(() => {
      meeting.childLinks.delete(link.id);
      logger.info({}, 'child detached');
      this.#meetings.forgetIfEmpty(meeting);
    });
  }
}

/** Links the same child had before. */
function otherLinks(meeting: Meeting, link: ChildLink): ChildLink[] {
  return [...meeting.childLinks.values()].filter((other) => other !== link && other.childId === link.childId);
}
