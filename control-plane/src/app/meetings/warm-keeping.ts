import { firstTracks } from '@canopy/proto/first-tracks';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Planning } from '../planning/planning.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { targetsOf } from '../session/wire.ts';

export interface WarmKeepingDeps {
  /** Meetings that have edges prepared. Errors: STATE_UNAVAILABLE. */
  warm: { warmMeetings(): Promise<readonly string[]> };
  store: Pick<MeetingStateStore, 'usage' | 'read'>;
  planning: Pick<Planning, 'table'>;
  media: Pick<EdgeMedia, 'keepWarm'>;
  /** True for the first replica that asks with this key within a few seconds. */
  isFirst(key: string): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 5_000;
/** Edges let warm tracks go after this unless told again: a control plane that is away leaves nothing behind. */
const forMs = 20_000;
/** Tracks that are published together are told together. */
const soonMs = 200;

/**
 * Has the tracks of prepared meetings brought to the prepared edges before anybody is there: those that a newcomer sees
 * first. Said again every few seconds, by one replica for all.
 */
export class WarmKeeping {
  readonly #deps: WarmKeepingDeps;
  /** As of the last look. */
  #warm: ReadonlySet<string> = new Set();
  readonly #due = new Set<string>();

  constructor(deps: WarmKeepingDeps) {
    this.#deps = deps;
  }

  /** Until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => {
      this.#look().catch((error: unknown) => {
        this.#deps.logger.debug({ err: error }, 'prepared edges could not be reminded');
      });
    });
  }

  /** The tracks of a meeting changed, or the edges that are prepared for it. */
  soon(meetingId: string): void {
    if (!this.#warm.has(meetingId) || this.#due.has(meetingId)) return;
    this.#due.add(meetingId);
    this.#deps.clock.after(soonMs, () => {
      this.#due.delete(meetingId);
      void this.tell(meetingId);
    });
  }

  /** Tells the prepared edges of a meeting what to keep. Never fails: it is said again. */
  async tell(meetingId: string): Promise<void> {
    this.#warm = new Set(this.#warm).add(meetingId);
    try {
      const [{ usage, plan }, { tracks }] = await Promise.all([
        this.#deps.store.usage(meetingId),
        this.#deps.store.read(meetingId),
      ]);
      const targets = targetsOf(firstTracks(tracks, ''), tracks);
      if (plan === undefined) return;
      const told = (usage.warmIds ?? []).map((edgeId) => {
        const foreign = targets.filter(({ originEdgeId }) => originEdgeId !== edgeId);
        const routes = this.#deps.planning.table(plan, edgeId);
        return this.#deps.media.keepWarm(edgeId, { meetingId, targets: foreign, routes, forMs });
      });
      for (const result of await Promise.allSettled(told)) if (result.status === 'rejected') throw result.reason;
    } catch (error) {
      this.#deps.logger.debug({ err: error, meetingId }, 'an edge could not be prepared yet');
    }
  }

  async #look(): Promise<void> {
    const warm = await this.#deps.warm.warmMeetings();
    this.#warm = new Set(warm);
    for (const meetingId of warm) if (await this.#deps.isFirst(`keep warm ${meetingId}`)) await this.tell(meetingId);
  }
}
