import type { LinkEvent, PullRequest, PullResponse } from '@canopy/proto/edge_link';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { sendingLeaveMs } from '../../core/cascade/leaving.ts';
import { wouldLoop } from '../../core/cascade/path-vector.ts';
import type { Use } from '../../core/cascade/uses.ts';
import type { RouterLease } from '../meeting/meeting-routers.ts';
import type { Pipe } from '../ports/media.ts';
import type { LinkSink } from '../ports/neighbours.ts';
import type { Flow } from './link-flow.ts';
import { type LinkTrack, linkTrackKey } from './link-track.ts';
import { fromLinkUse } from './link-use.ts';
import { SentTrack } from './sent-track.ts';
import type { TrackOnEdge } from './track-on-edge.ts';
import type { Asker } from './upstream.ts';

const aliveIntervalMs = 1_000;

interface Sending {
  track: TrackOnEdge;
  /** What the child takes it for. */
  use: Use;
  sent: Promise<SentTrack>;
  /** Tells the child to pull it anew where it comes another way than the child is to have. */
  check: () => void;
  /** The child hears no more of it. */
  fallSilent: () => void;
  stop: () => void;
}

export interface ChildLinkOptions {
  id: string;
  childId: string;
  lease: RouterLease;
  pipe: Pipe;
  sink: LinkSink;
  clock: Clock;
  logger: Logger;
  lingerMs: number;
}

/**
 * The parent's side of a link: the pipe to one child, for one meeting, and the tracks sent into it, one copy each. When the
 * Attach call breaks, the tracks are still sent for a while: a child that only stopped talking still forwards them.
 */
export class ChildLink {
  readonly id: string;
  readonly childId: string;
  readonly #lease: RouterLease;
  readonly #pipe: Pipe;
  readonly #sink: LinkSink;
  /** By track and origin. */
  readonly #sendings = new Map<string, Sending>();
  /** What stops the sending of tracks that come another way now, the way they came before: by track and origin. */
  readonly #former = new Map<string, Set<() => void>>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #lingerMs: number;
  #stopTimer: () => void;
  #state: 'attached' | 'detached' | 'closed' = 'attached';

  constructor({ id, childId, lease, pipe, sink, clock, logger, lingerMs }: ChildLinkOptions) {
    this.id = id;
    this.childId = childId;
    this.#lease = lease;
    this.#pipe = pipe;
    this.#sink = sink;
    this.#clock = clock;
    this.#logger = logger;
    this.#lingerMs = lingerMs;
    this.#stopTimer = clock.every(aliveIntervalMs, () => sink.send({ alive: {} }));
    pipe.onClosed(() => this.close());
    sink.onClosed(() => this.detach());
  }

  /** True while the child may pull over it. */
  get attached(): boolean {
    return this.#state === 'attached';
  }

  onClosed(listener: () => void): void {
    this.#pipe.onClosed(listener);
  }

  /** Sends a track into the link; asked again, answers the same. Throws what holding the track throws. */
  async pull(track: TrackOnEdge, { path, epoch, heldBack = false, use }: PullRequest): Promise<PullResponse> {
    const key = linkTrackKey(nameOf(track));
    const sending = this.#sendings.get(key);
    if (sending?.track === track) {
      if (sending.use !== 'chained') await track.refuseLoop({ path, epoch });
      const sent = await sending.sent;
      if (wouldLoop(path, sent.feed.pathFromOrigin)) throw new CanopyError('LOOP_DETECTED');
      return sent.answer;
    }
    // It ended, and is here again.
    if (sending !== undefined) this.#stop(key, sending);
    const started = this.#start(track, { path, epoch }, { heldBack, use: fromLinkUse(use) });
    this.#sendings.set(key, started);
    try {
      return (await started.sent).answer;
    } catch (error) {
      this.#stop(key, started);
      throw error;
    }
  }

  /** Throws TRACK_NOT_FOUND. */
  async setFlow(track: LinkTrack, flow: Flow): Promise<void> {
    const sending = this.#sendings.get(linkTrackKey(track));
    if (sending === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    sending.use = flow.use;
    await (await sending.sent).setFlow(flow);
    sending.check();
  }

  release(track: LinkTrack): void {
    const key = linkTrackKey(track);
    const sending = this.#sendings.get(key);
    if (sending !== undefined) this.#stop(key, sending);
    this.#closeIfLeft();
  }

  /** Stops sending the way it came before what comes another way now. */
  releaseFormer(track: LinkTrack): void {
    for (const stop of this.#former.get(linkTrackKey(track)) ?? []) stop();
  }

  /** The child is gone, or attached anew: nothing more is pulled over this link. */
  detach(): void {
    if (this.#state !== 'attached') return;
    this.#state = 'detached';
    this.#stopTimer();
    this.#sink.end();
    this.#stopTimer = this.#clock.after(this.#lingerMs, () => this.close());
    this.#closeIfLeft();
  }

  close(error?: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopTimer();
    for (const [key, sending] of this.#sendings) this.#stop(key, sending);
    for (const stops of this.#former.values()) for (const stop of stops) stop();
    this.#sink.end(error);
    this.#pipe.close();
    this.#lease.release();
  }

  /** Over a link that nobody talks about any more, what is sent goes on; when nothing is, it is over. */
  #closeIfLeft(): void {
    if (this.#state === 'detached' && this.#sendings.size === 0 && this.#former.size === 0) this.close();
  }

  #start(track: TrackOnEdge, asker: Asker, pulling: Pick<Flow, 'heldBack' | 'use'>): Sending {
    const owned = new DisposableStack();
    const telling = owned.use(new DisposableStack());
    const name = nameOf(track);
    const { facts } = track;
    const check = () => {
      if (opened !== undefined && !telling.disposed && !track.suits(opened.feed, opened.use)) replaced(false);
    };
    const sending: Sending = {
      track,
      use: pulling.use,
      sent: this.#send(track, asker, pulling, owned),
      check,
      fallSilent: () => telling.dispose(),
      stop: () => owned.dispose(),
    };
    let opened: SentTrack | undefined;
    sending.sent.then(
      (sent) => {
        opened = sent;
        if (sending.use === 'chained') check();
      },
      () => undefined,
    );
    telling.defer(facts.on('muted', (muted) => this.#tell({ trackMutedChanged: { ...name, muted } })));
    telling.defer(facts.on('score', (score) => this.#tell({ trackScore: { ...name, score } })));
    const over = () => {
      this.#tell({ trackEnded: name });
      this.release(name);
    };
    telling.defer(facts.on('closed', over));
    const replaced = (silent: boolean) => {
      const goesOn = opened?.flows === true;
      this.#tell({ trackReplaced: { ...name, goesOn, silent } });
      if (goesOn) this.#leave(linkTrackKey(name), sending);
      else this.release(name);
    };
    telling.defer(
      facts.on('replaced', ({ silent }) => {
        if (sending.use !== 'chained') replaced(silent);
      }),
    );
    telling.defer(
      facts.on('arranged', () => {
        if (sending.use === 'chained') check();
      }),
    );
    return sending;
  }

  /** It goes on for a while, and the child pulls it anew meanwhile. */
  #leave(key: string, sending: Sending): void {
    sending.fallSilent();
    if (this.#sendings.get(key) === sending) this.#sendings.delete(key);
    const stops = this.#former.get(key) ?? new Set();
    this.#former.set(key, stops);
    const owned = new DisposableStack();
    const stop = () => owned.dispose();
    owned.defer(sending.stop);
    owned.defer(this.#clock.after(sendingLeaveMs, stop));
    owned.defer(sending.track.facts.on('closed', stop));
    owned.defer(() => {
      stops.delete(stop);
      if (stops.size > 0 || this.#former.get(key) !== stops) return;
      this.#former.delete(key);
      this.#closeIfLeft();
    });
    stops.add(stop);
  }

  async #send(
    track: TrackOnEdge,
    asker: Asker,
    pulling: Pick<Flow, 'heldBack' | 'use'>,
    owned: DisposableStack,
  ): Promise<SentTrack> {
    const hold = await track.hold(this.#lease.router.workerIndex, asker, pulling.use);
    const onHushed = (hushed: boolean) => this.#tell({ trackHushed: { ...nameOf(track), hushed } });
    return SentTrack.open(hold, this.#pipe, { ...pulling, onHushed, logger: this.#logger }, owned);
  }

  #tell(event: LinkEvent): void {
    if (this.attached) this.#sink.send(event);
  }

  #stop(key: string, sending: Sending): void {
    if (this.#sendings.get(key) === sending) this.#sendings.delete(key);
    sending.stop();
  }
}

function nameOf({ id: trackId, originEdgeId }: TrackOnEdge): LinkTrack {
  return { trackId, originEdgeId };
}
