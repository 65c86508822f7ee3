import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import type { TrackFeed } from '../app/cascade/track-feed.ts';
import { TrackOnEdge } from '../app/cascade/track-on-edge.ts';
import type { Asker, Opening, Upstream, WantedParents } from '../app/cascade/upstream.ts';
import { LocalPipes } from '../app/meeting/local-pipes.ts';
import { MeetingRouters } from '../app/meeting/meeting-routers.ts';
import type { Lane } from '../core/cascade/lanes.ts';

/** How long the track of {@link pulledTrack} lingers, ms. */
export const toyLingerMs = 5_000;

/** A parent whose answers the test gives. */
class ToyUpstream implements Upstream {
  readonly opened: Asker[] = [];
  readonly lanes: Lane[] = [];
  readonly watched: boolean[] = [];
  /** Whether what was asked for may be held back. */
  readonly asBackups: boolean[] = [];
  readonly probed: Asker[] = [];
  named = 'parent';
  spare: string | undefined;
  chained = false;
  heldBack = false;
  #answers: { lane: Lane; resolve: (feed: TrackFeed) => void; reject: (error: unknown) => void }[] = [];

  open(asker: Asker, { lane, watched, asBackup }: Opening): Promise<TrackFeed> {
    this.opened.push(asker);
    this.lanes.push(lane);
    this.watched.push(watched);
    this.asBackups.push(asBackup);
    return new Promise((resolve, reject) => {
      this.#answers.push({ lane, resolve, reject });
    });
  }

  async probe(asker: Asker): Promise<void> {
    this.probed.push(asker);
    throw new CanopyError('LOOP_DETECTED');
  }

  wanted(): WantedParents {
    return { main: this.named, spare: this.spare, chained: this.chained, heldBack: this.heldBack, epoch: 1 };
  }

  async give(feed: TrackFeed): Promise<void> {
    this.#answers.shift()?.resolve(feed);
    await settled();
  }

  /** Answers who asks for this way, before others. */
  async giveTo(lane: Lane, feed: TrackFeed): Promise<void> {
    const at = this.#answers.findIndex((answer) => answer.lane === lane);
    this.#answers.splice(at, 1)[0]?.resolve(feed);
    await settled();
  }

  async refuse(code: ErrorCode): Promise<void> {
    this.#answers.shift()?.reject(new CanopyError(code));
    await settled();
  }
}

/** What is due without waiting for anything has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A track that a toy upstream brings. */
export function pulledTrack() {
  const clock = new VirtualClock();
  const upstream = new ToyUpstream();
  const routers = new MeetingRouters({ usage: () => [], openRouter: () => never(), onDied: () => undefined }, 1);
  const track = new TrackOnEdge({
    id: 't',
    originEdgeId: 'origin',
    pipes: new LocalPipes(routers),
    clock,
    logger: silentLogger,
    random: () => 1,
    lingerMs: toyLingerMs,
    upstream,
  });
  const facts: string[] = [];
  track.facts.on('replaced', () => facts.push('replaced'));
  track.facts.on('closed', () => facts.push('closed'));
  return { clock, upstream, track, facts };
}

async function never(): Promise<never> {
  throw new Error('not in this test');
}
