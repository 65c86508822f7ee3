import type { AttachRequest, LinkEvent, PullResponse } from '@canopy/proto/edge_link';
import type { EdgeAddress } from '@canopy/proto/routing';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { inBackground } from '../background.ts';
import { withDeadline } from '../deadline.ts';
import type { RouterLease } from '../meeting/meeting-routers.ts';
import type { Pipe } from '../ports/media.ts';
import type { LinkStream, Neighbours } from '../ports/neighbours.ts';
import { FeedEvents, ParentFeed } from './parent-feed.ts';
import type { Asker } from './track-on-edge.ts';

export interface ParentLinkOptions {
  edgeId: string;
  meetingId: string;
  parent: EdgeAddress;
  linkId: string;
  neighbours: Neighbours;
  clock: Clock;
  logger: Logger;
}

const attachTimeoutMs = 3_000;
/** The parent says that it is alive every second. */
const silenceTimeoutMs = 4_000;

/**
 * The child's side of a link: one pipe to a parent, for one meeting, and the stream whose life is the link's. When the stream
 * ends, every feed over the link is lost; the pipe stays until the last of them is released, for its media may still flow.
 */
export class ParentLink {
  readonly parent: EdgeAddress;
  readonly #options: ParentLinkOptions;
  readonly #lease: RouterLease;
  readonly #pipe: Pipe;
  readonly #stream: LinkStream;
  readonly #feeds = new Map<string, FeedEvents>();
  #tellEnded: (how: 'lost' | 'closed') => void = () => {};
  #users = 0;
  #state: 'up' | 'lost' | 'closed' = 'up';
  #cancelWatch = () => {};

  /** Opens the link. Takes over the lease; everything half-built is closed on failure. */
  static async open(options: ParentLinkOptions, lease: RouterLease): Promise<ParentLink> {
    const undo = new DisposableStack();
    undo.defer(() => lease.release());
    try {
      const pipe = await lease.router.openPipe('link');
      undo.defer(() => pipe.close());
      const stream = options.neighbours.attach(options.parent, attachRequest(options, pipe));
      undo.defer(() => stream.close());
      const attached = await withDeadline(options.clock, attachTimeoutMs, firstEvent(stream));
      const endpoint = attached.attached?.endpoint;
      if (endpoint === undefined) throw new CanopyError('INTERNAL');
      await pipe.connect(endpoint);
      undo.move();
      return new ParentLink(options, lease, pipe, stream);
    } finally {
      undo.dispose();
    }
  }

  private constructor(options: ParentLinkOptions, lease: RouterLease, pipe: Pipe, stream: LinkStream) {
    this.parent = options.parent;
    this.#options = options;
    this.#lease = lease;
    this.#pipe = pipe;
    this.#stream = stream;
    stream.onEvent((event) => this.#handle(event));
    stream.onEnd((error) => this.#lose(error));
    pipe.onClosed(() => this.#lose(undefined));
    this.#watch();
  }

  get up(): boolean {
    return this.#state === 'up';
  }

  /** Called when the link is over: lost, or closed because nobody used it any more. */
  onEnded(listener: (how: 'lost' | 'closed') => void): void {
    this.#tellEnded = listener;
  }

  /** Keeps the link open until the returned function is called, even when no track crosses it. */
  use(): () => void {
    this.#users++;
    let using = true;
    return () => {
      if (!using) return;
      using = false;
      this.#users--;
      if (this.#users === 0) this.#close();
    };
  }

  /** Brings a track over this link. Throws what the parent throws. */
  async pull(trackId: string, originEdgeId: string, asker: Asker): Promise<ParentFeed> {
    const leave = this.use();
    const events = new FeedEvents();
    this.#feeds.set(trackId, events);
    const release = () => {
      this.#release(trackId, events);
      leave();
    };
    try {
      const answer = await this.#ask(trackId, originEdgeId, asker);
      const { edgeId, parent } = this.#options;
      const { workerIndex } = this.#lease.router;
      return await ParentFeed.open(this.#pipe, {
        edgeId,
        parentId: parent.edgeId,
        workerIndex,
        answer,
        events,
        release,
      });
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Asks for a track that is being pulled already, on behalf of a further edge below, to learn whether its path comes back. */
  async probe(trackId: string, originEdgeId: string, asker: Asker): Promise<void> {
    const leave = this.use();
    try {
      await this.#ask(trackId, originEdgeId, asker);
      if (!this.#feeds.has(trackId)) this.#tellReleased(trackId);
    } finally {
      leave();
    }
  }

  #ask(trackId: string, originEdgeId: string, { path, epoch }: Asker): Promise<PullResponse> {
    const { meetingId, linkId, neighbours, edgeId } = this.#options;
    const request = { meetingId, linkId, trackId, originEdgeId, path: [...path, edgeId], epoch };
    return neighbours.pull(this.parent, request);
  }

  /** A track pulled anew over the same link is not to be released on behalf of the feed before. */
  #release(trackId: string, events: FeedEvents): void {
    if (this.#feeds.get(trackId) !== events) return;
    this.#feeds.delete(trackId);
    if (this.up) this.#tellReleased(trackId);
  }

  #tellReleased(trackId: string): void {
    const { meetingId, linkId, neighbours, logger } = this.#options;
    inBackground(logger, 'releasing a track', neighbours.release(this.parent, { meetingId, linkId, trackId }));
  }

  #handle(event: LinkEvent): void {
    this.#watch();
    const about = event.trackMutedChanged ?? event.trackEnded ?? event.trackScore ?? event.trackReplaced;
    if (about !== undefined) this.#feeds.get(about.trackId)?.handle(event);
  }

  #watch(): void {
    this.#cancelWatch();
    if (!this.up) return;
    this.#cancelWatch = this.#options.clock.after(silenceTimeoutMs, () => this.#lose(new CanopyError('TIMEOUT')));
  }

  #lose(error: Error | undefined): void {
    if (!this.up) return;
    this.#state = 'lost';
    this.#cancelWatch();
    this.#stream.close();
    this.#options.logger.warn({ err: error, parentId: this.parent.edgeId }, 'link lost');
    this.#tellEnded('lost');
    for (const events of this.#feeds.values()) events.end('lost');
  }

  #close(): void {
    const wasUp = this.up;
    this.#state = 'closed';
    this.#cancelWatch();
    this.#stream.close();
    this.#pipe.close();
    this.#lease.release();
    if (wasUp) this.#tellEnded('closed');
  }
}

function attachRequest({ meetingId, edgeId, linkId }: ParentLinkOptions, pipe: Pipe): AttachRequest {
  return { meetingId, childEdgeId: edgeId, linkId, endpoint: pipe.endpoint };
}

function firstEvent(stream: LinkStream): Promise<LinkEvent> {
  return new Promise((resolve, reject) => {
    stream.onEvent(resolve);
    stream.onEnd((error) => reject(error ?? new CanopyError('EDGE_UNREACHABLE')));
  });
}
