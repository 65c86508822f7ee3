import type { RouteTable } from '@canopy/proto/routing';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { RouteStore } from './route-store.ts';

export interface WarmTracksOptions {
  meetings: Meetings;
  routes: RouteStore;
  clock: Clock;
  logger: Logger;
  /** True while this edge takes nobody new. */
  draining: () => boolean;
}

interface WarmMeeting {
  /** By track and origin. */
  kept: Map<string, { release(): void }>;
  cancelLapse: () => void;
}

/** Tracks that are held here for an audience that is not there yet, so that its first viewer waits for no link. */
export class WarmTracks {
  readonly #options: WarmTracksOptions;
  readonly #meetings = new Map<string, WarmMeeting>();
  readonly #queue = new KeyedQueue();

  constructor(options: WarmTracksOptions) {
    this.#options = options;
  }

  /** Keeps these tracks of a meeting, and no others, for so long. One that can't be had now is tried again when asked again. Throws EDGE_DRAINING. */
  async keep(
    meetingId: string,
    targets: readonly WantedTrack[],
    routes: RouteTable | undefined,
    forMs: number,
  ): Promise<void> {
    const { draining, clock } = this.#options;
    if (draining()) throw new CanopyError('EDGE_DRAINING');
    this.#options.routes.put(routes);
    await this.#queue.run(meetingId, async () => {
      const { kept, cancelLapse } = this.#meetings.get(meetingId) ?? { kept: new Map(), cancelLapse: () => {} };
      cancelLapse();
      this.#meetings.set(meetingId, { kept, cancelLapse: clock.after(forMs, () => this.#letGo(meetingId)) });
      const wanted = new Map(targets.map((target) => [`${target.want.trackId} ${target.originEdgeId}`, target]));
      await Promise.all([...wanted].map(([key, target]) => this.#take(meetingId, kept, key, target)));
      for (const [key, hold] of kept) {
        if (wanted.has(key)) continue;
        kept.delete(key);
        hold.release();
      }
    });
  }

  /** Lets everything go. */
  close(): void {
    for (const meetingId of this.#meetings.keys()) this.#letGo(meetingId);
  }

  async #take(
    meetingId: string,
    kept: WarmMeeting['kept'],
    key: string,
    { want, originEdgeId }: WantedTrack,
  ): Promise<void> {
    if (kept.has(key)) return;
    try {
      await this.#options.meetings.with(meetingId, async (meeting) => {
        const track = meeting.tracks.obtain(want.trackId, originEdgeId);
        const hold = await track.keep();
        if (this.#meetings.get(meetingId)?.kept !== kept) return hold.release();
        kept.set(key, hold);
        track.facts.on('closed', () => {
          if (kept.get(key) === hold) kept.delete(key);
        });
      });
    } catch (error) {
      this.#options.logger.debug(
        { err: error, meetingId, trackId: want.trackId },
        'a track could not be kept warm yet',
      );
    }
  }

  #letGo(meetingId: string): void {
    const known = this.#meetings.get(meetingId);
    this.#meetings.delete(meetingId);
    known?.cancelLapse();
    for (const hold of known?.kept.values() ?? []) hold.release();
  }
}
