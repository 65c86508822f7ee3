import type { AttachRequest, LinkEvent, PullResponse } from '@canopy/proto/edge_link';
import type { EdgeAddress } from '@canopy/proto/routing';
import type { Clock } from '@canopy/runtime/clock';
import { withDeadline } from '@canopy/runtime/deadline';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Reception } from '../../core/cascade/silence.ts';
import { inBackground } from '../background.ts';
import type { RouterLease } from '../meeting/meeting-routers.ts';
import { once } from '../once.ts';
import type { Pipe } from '../ports/media.ts';
import type { LinkStream, Neighbours } from '../ports/neighbours.ts';
import { type Flow, LinkFlow } from './link-flow.ts';
import { LinkMeter } from './link-meter.ts';
import { type LinkTrack, linkTrackKey } from './link-track.ts';
import { toLinkUse } from './link-use.ts';
import { FeedEvents, ParentFeed } from './parent-feed.ts';
import type { Asker } from './upstream.ts';

export interface ParentLinkOptions {
  edgeId: string;
  meetingId: string;
  parent: EdgeAddress;
  linkId: string;
  neighbours: Neighbours;
  clock: Clock;
  logger: Logger;
  /** Hears, once, that the link is over: lost, or closed because nobody used it any more. */
  onEnded: (end: LinkEnd) => void;
}

/** How a link ended: nobody used it any more, or it was lost. */
export type LinkEnd =
  | { how: 'closed' }
  | {
      how: 'lost';
      /** Every track over it goes on another way. */
      switchedToBackup: boolean;
      /** Only the signaling is gone. */
      mediaFlows: boolean;
    };

const attachTimeoutMs = 3_000;
/**
 * The parent says that it is alive every second. Time counts in looks, not by a clock: after this process itself stood still, one
 * look passes, and the words that waited are read before the next.
 */
const lookEveryMs = 1_000;
/** After so many looks without a word it is lost where its media stopped as well, */
const looksToDoubt = 2;
/** for longer than the 400 ms that a quiet microphone pauses, */
const momentsOfQuiet = 12;
/** and after so many in any case. */
const looksToLose = 4;

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
  /** By track and origin. */
  readonly #feeds = new Map<string, FeedEvents>();
  /** Of tracks that were pulled anew over this link: what came before goes on until it is released, and hears what becomes of the link. */
  readonly #former = new Set<FeedEvents>();
  readonly #meter: LinkMeter;
  #told = false;
  #users = 0;
  #state: 'up' | 'unattended' | 'lost' | 'closed' = 'up';
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
    pipe.onClosed(() => this.#end('lost', undefined));
    this.#meter = new LinkMeter(pipe, options.clock, options.logger, (reception) => this.#tellSilent(reception));
    this.#watch();
  }

  get up(): boolean {
    return this.#state === 'up';
  }

  /** Keeps the link open until the returned function is called, even when no track crosses it. */
  use(): () => void {
    this.#users++;
    return once(() => {
      this.#users--;
      if (this.#users === 0) this.#close();
    });
  }

  /** Brings a track over this link, or has the parent keep it ready. Throws what the parent throws. */
  async pull(
    trackId: string,
    originEdgeId: string,
    asker: Asker,
    pulling: Pick<Flow, 'heldBack' | 'use'>,
  ): Promise<ParentFeed> {
    const leave = this.use();
    const events = new FeedEvents(this.#options.clock);
    const track = { trackId, originEdgeId };
    const before = this.#feeds.get(linkTrackKey(track));
    if (before !== undefined) this.#former.add(before);
    this.#feeds.set(linkTrackKey(track), events);
    const release = () => {
      this.#release(track, events);
      leave();
    };
    try {
      const answer = await this.#ask(trackId, originEdgeId, asker, pulling);
      const { edgeId, parent } = this.#options;
      events.begin(answer);
      const { workerIndex } = this.#lease.router;
      return await ParentFeed.open(this.#pipe, {
        edgeId,
        parentId: parent.edgeId,
        workerIndex,
        answer,
        openFlow: () => this.#openFlow(track, pulling, before !== undefined),
        events,
        link: this,
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
      await this.#ask(trackId, originEdgeId, asker, { heldBack: false, use: 'first' });
      const track = { trackId, originEdgeId };
      if (!this.#feeds.has(linkTrackKey(track))) this.#tellReleased(track);
    } finally {
      leave();
    }
  }

  /** bit/s that arrive. */
  receivedBps(): Promise<number> {
    return this.#pipe.receivedBps();
  }

  /** What arrives; only known while somebody watches. */
  reception(): Reception {
    return this.#meter.reception();
  }

  /** Looks at what arrives until the returned function is called, and tells the feeds while nothing does. */
  watch(): () => void {
    return this.#meter.watch();
  }

  /** Gives up a link over which nothing comes any more, whatever its stream says. */
  giveUp(): void {
    this.#end('lost', new CanopyError('TIMEOUT'));
  }

  #ask(
    trackId: string,
    originEdgeId: string,
    { path, epoch }: Asker,
    { heldBack, use }: Pick<Flow, 'heldBack' | 'use'>,
  ): Promise<PullResponse> {
    const { meetingId, linkId, neighbours, edgeId } = this.#options;
    const asked = { meetingId, linkId, trackId, originEdgeId, path: [...path, edgeId], epoch };
    return neighbours.pull(this.parent, { ...asked, heldBack, use: toLinkUse(use) });
  }

  #openFlow(track: LinkTrack, pulling: Pick<Flow, 'heldBack' | 'use'>, unsure: boolean): LinkFlow {
    const { meetingId, linkId, neighbours, clock, logger } = this.#options;
    const tell = ({ layers, use, ...flow }: Flow) => {
      const some = Number.isFinite(layers) ? { layers } : {};
      return neighbours.setFlow(this.parent, { meetingId, linkId, ...track, ...flow, use: toLinkUse(use), ...some });
    };
    return new LinkFlow({ ...pulling, unsure, clock, logger, tell });
  }

  /** A track pulled anew over the same link is not to be released on behalf of the feed before. */
  #release(track: LinkTrack, events: FeedEvents): void {
    const key = linkTrackKey(track);
    const { former } = events;
    this.#former.delete(events);
    const isLast = this.#feeds.get(key) === events;
    if (isLast) this.#feeds.delete(key);
    if (this.up && (isLast || former)) this.#tellReleased(track, former);
  }

  #tellReleased(track: LinkTrack, former = false): void {
    const { meetingId, linkId, neighbours, logger } = this.#options;
    inBackground(logger, 'releasing a track', neighbours.release(this.parent, { meetingId, linkId, former, ...track }));
  }

  #handle(event: LinkEvent): void {
    this.#watch();
    const { trackMutedChanged, trackHushed, trackEnded, trackScore, trackReplaced } = event;
    const about = trackMutedChanged ?? trackHushed ?? trackEnded ?? trackScore ?? trackReplaced;
    if (about !== undefined) this.#feeds.get(linkTrackKey(about))?.handle(event);
  }

  #tellSilent(reception: Reception): void {
    for (const events of this.#all()) events.handleSilence(reception);
  }

  #all(): FeedEvents[] {
    return [...this.#feeds.values(), ...this.#former];
  }

  #watch(): void {
    this.#cancelWatch();
    if (!this.up) return;
    const { clock, logger } = this.#options;
    const watch = new DisposableStack();
    const lose = () => this.#lose(new CanopyError('TIMEOUT'));
    let looks = 0;
    watch.defer(
      clock.every(lookEveryMs, () => {
        looks++;
        if (looks === looksToDoubt && this.#expectsMedia)
          inBackground(logger, 'looking for media', this.#doubt(watch, lose));
        if (looks === looksToLose) lose();
      }),
    );
    this.#cancelWatch = () => watch.dispose();
  }

  /** Loses the link unless media comes, or a word meanwhile. */
  async #doubt(watch: DisposableStack, lose: () => void): Promise<void> {
    if (!(await this.#meter.receives(momentsOfQuiet)) && !watch.disposed) lose();
  }

  /**
   * The stream ended. If the parent ended it, its media is over. If it broke, the parent is most likely gone; but where there is
   * another way to change to, it is worth a moment to see whether media still comes: a parent whose Node process only stands
   * still goes on forwarding.
   */
  #lose(error: Error | undefined): void {
    if (!this.up) return;
    this.#state = 'unattended';
    this.#cancelWatch();
    this.#stream.close();
    if (error === undefined || !this.#watched) this.#end('lost', error);
    else inBackground(this.#options.logger, 'looking for media', this.#judge(error));
  }

  async #judge(error: Error | undefined): Promise<void> {
    const flows = await this.#meter.receives();
    if (this.#state === 'unattended') this.#end(flows ? 'unattended' : 'lost', error);
  }

  #end(how: 'unattended' | 'lost', error: Error | undefined): void {
    if (this.#state === 'lost' || this.#state === 'closed') return;
    const toldBefore = this.#told;
    this.#told = true;
    this.#state = how;
    this.#cancelWatch();
    this.#stream.close();
    const { logger, onEnded } = this.#options;
    logger.warn({ err: error, parentId: this.parent.edgeId, mediaFlows: how === 'unattended' }, 'link lost');
    const switchedToBackup = this.#watched;
    for (const events of this.#all()) {
      if (how === 'lost') events.end('lost');
      else events.neglect();
    }
    if (!toldBefore) onEnded({ how: 'lost', switchedToBackup, mediaFlows: how === 'unattended' });
    if (this.#users === 0) this.#close();
  }

  /** True when every track over this link has another way. */
  get #watched(): boolean {
    return this.#feeds.size > 0 && [...this.#feeds.values()].every(({ watchers }) => watchers > 0);
  }

  /** True when a track over this link has no other way, and something of it should arrive all the time. */
  get #expectsMedia(): boolean {
    return [...this.#feeds.values()].some((events) => events.watchers === 0 && events.flows);
  }

  #close(): void {
    this.#state = 'closed';
    this.#cancelWatch();
    this.#stream.close();
    this.#pipe.close();
    this.#lease.release();
    this.#meter.close();
    if (this.#told) return;
    this.#told = true;
    this.#options.onEnded({ how: 'closed' });
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
