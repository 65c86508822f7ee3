import type { LinkEvent, PullRequest, PullResponse } from '@canopy/proto/edge_link';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { adopt } from '../adopt.ts';
import type { RouterLease } from '../meeting/meeting-routers.ts';
import type { Pipe, PipeSender } from '../ports/media.ts';
import type { LinkSink } from '../ports/neighbours.ts';
import type { TrackHold, TrackOnEdge } from './track-on-edge.ts';

const aliveIntervalMs = 1_000;

interface SentTrack {
  track: TrackOnEdge;
  sending: Promise<Sending>;
  stop: () => void;
}

interface Sending {
  answer: PullResponse;
  sender: PipeSender;
}

export interface ChildLinkOptions {
  id: string;
  childId: string;
  lease: RouterLease;
  pipe: Pipe;
  sink: LinkSink;
  clock: Clock;
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
  readonly #sent = new Map<string, SentTrack>();
  readonly #clock: Clock;
  readonly #lingerMs: number;
  #stopTimer: () => void;
  #state: 'attached' | 'detached' | 'closed' = 'attached';

  constructor({ id, childId, lease, pipe, sink, clock, lingerMs }: ChildLinkOptions) {
    this.id = id;
    this.childId = childId;
    this.#lease = lease;
    this.#pipe = pipe;
    this.#sink = sink;
    this.#clock = clock;
    this.#lingerMs = lingerMs;
    this.#stopTimer = clock.every(aliveIntervalMs, () => sink.send({ alive: {} }));
    pipe.onClosed(() => this.close());
    sink.onClosed(() => this.detach());
  }

  onClosed(listener: () => void): void {
    this.#pipe.onClosed(listener);
  }

  /** Sends a track into the link; asked again, answers the same. Throws what holding the track throws. */
  async pull(track: TrackOnEdge, { path, epoch, heldBack = false }: PullRequest): Promise<PullResponse> {
    if (this.#state !== 'attached') throw new CanopyError('LINK_NOT_FOUND');
    const sent = this.#sent.get(track.id);
    if (sent?.track === track) {
      await track.refuseLoop({ path, epoch });
      return (await sent.sending).answer;
    }
    // From another origin: the child names a track only once on a link.
    if (sent !== undefined) this.#stop(track.id, sent);
    const started = this.#start(track, { path, epoch }, heldBack);
    this.#sent.set(track.id, started);
    try {
      return (await started.sending).answer;
    } catch (error) {
      this.#stop(track.id, started);
      throw error;
    }
  }

  /** Throws TRACK_NOT_FOUND. */
  async setHeldBack(trackId: string, heldBack: boolean): Promise<void> {
    const sent = this.#sent.get(trackId);
    if (sent === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    await (await sent.sending).sender.setHeldBack(heldBack);
  }

  release(trackId: string): void {
    const sent = this.#sent.get(trackId);
    if (sent !== undefined) this.#stop(trackId, sent);
    if (this.#state === 'detached' && this.#sent.size === 0) this.close();
  }

  /** The child is gone, or attached anew: nothing more is pulled over this link. */
  detach(): void {
    if (this.#state !== 'attached') return;
    this.#state = 'detached';
    this.#stopTimer();
    this.#sink.end();
    if (this.#sent.size === 0) this.close();
    else this.#stopTimer = this.#clock.after(this.#lingerMs, () => this.close());
  }

  close(error?: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopTimer();
    for (const [trackId, sent] of this.#sent) this.#stop(trackId, sent);
    this.#sink.end(error);
    this.#pipe.close();
    this.#lease.release();
  }

  #start(track: TrackOnEdge, asker: Pick<PullRequest, 'path' | 'epoch'>, heldBack: boolean): SentTrack {
    const owned = new DisposableStack();
    const stop = () => owned.dispose();
    const over = (event: LinkEvent) => {
      this.#tell(event);
      this.release(track.id);
    };
    const { id: trackId, facts } = track;
    owned.defer(facts.on('muted', (muted) => this.#tell({ trackMutedChanged: { trackId, muted } })));
    owned.defer(facts.on('score', (score) => this.#tell({ trackScore: { trackId, score } })));
    owned.defer(facts.on('closed', () => over({ trackEnded: { trackId } })));
    owned.defer(facts.on('replaced', () => over({ trackReplaced: { trackId } })));
    return { track, sending: this.#send(track, asker, heldBack, owned), stop };
  }

  async #send(
    track: TrackOnEdge,
    asker: Pick<PullRequest, 'path' | 'epoch'>,
    heldBack: boolean,
    owned: DisposableStack,
  ): Promise<Sending> {
    const hold = await track.hold(this.#lease.router.workerIndex, asker);
    adopt(owned, () => hold.release());
    const sender = await this.#pipe.send(hold.producer);
    adopt(owned, () => sender.close());
    if (heldBack) await sender.setHeldBack(true);
    return { answer: answer(hold, sender), sender };
  }

  #tell(event: LinkEvent): void {
    if (this.#state === 'attached') this.#sink.send(event);
  }

  #stop(trackId: string, sent: SentTrack): void {
    if (this.#sent.get(trackId) === sent) this.#sent.delete(trackId);
    sent.stop();
  }
}

function answer({ feed }: TrackHold, { rtpParameters }: PipeSender): PullResponse {
  const { kind, source, muted, pathFromOrigin } = feed;
  return { kind, source, rtpParameters, muted, pathFromOrigin: [...pathFromOrigin] };
}
