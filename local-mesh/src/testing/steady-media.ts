import { setTimeout as delay } from 'node:timers/promises';
import type { Attendance, Reception } from './attendance.ts';

/**
 * A track without a packet for so long has stopped. A machine that runs a whole mesh and its browsers makes shorter pauses by
 * itself, and longer ones where it is so busy that a mere look at the page takes long: that is added.
 */
const stoppedAfterMs = 2_000;
const lookEveryMs = 100;

/** How what one person receives goes on, from the moment it began to watch. Looks ten times a second: a shorter gap does not show. */
export class MediaWatch {
  /** The longest time that any track went without a packet, ms. */
  longestGapMs = 0;
  /** The kind of that track, and whether it was there meanwhile. */
  longestGapOf = '';
  /** The longest time that a look took, ms. */
  longestLookMs = 0;
  /** Tracks that came anew, with another SSRC: they needed new signaling. */
  replaced = 0;
  readonly #person: Attendance;
  readonly #watched: Map<string, { reception: Reception; grewAtMs: number }>;
  #over = false;
  readonly #done: Promise<void>;

  static async begin(person: Attendance): Promise<MediaWatch> {
    const receptions = await person.receptions();
    if (receptions.length === 0) throw new Error(`${person.name} receives nothing`);
    return new MediaWatch(person, receptions);
  }

  private constructor(person: Attendance, receptions: readonly Reception[]) {
    this.#person = person;
    const grewAtMs = performance.now();
    this.#watched = new Map(receptions.map((reception) => [reception.trackId, { reception, grewAtMs }]));
    this.#done = this.#watch();
  }

  async end(): Promise<void> {
    this.#over = true;
    await this.#done;
  }

  async #watch(): Promise<void> {
    while (!this.#over) {
      await delay(lookEveryMs);
      const lookedAtMs = performance.now();
      const present = new Map((await this.#person.receptions()).map((reception) => [reception.trackId, reception]));
      this.longestLookMs = Math.max(this.longestLookMs, performance.now() - lookedAtMs);
      for (const trackId of this.#watched.keys()) this.#compare(trackId, present.get(trackId));
    }
  }

  #compare(trackId: string, now: Reception | undefined): void {
    const before = this.#watched.get(trackId);
    if (before === undefined) return;
    const { reception, grewAtMs } = before;
    const nowMs = performance.now();
    if (now === undefined || (now.ssrc === reception.ssrc && now.packetsReceived === reception.packetsReceived)) {
      const gapMs = nowMs - grewAtMs;
      if (gapMs > this.longestGapMs) this.longestGapOf = `${reception.kind}, ${now === undefined ? 'gone' : 'there'}`;
      this.longestGapMs = Math.max(this.longestGapMs, gapMs);
      return;
    }
    if (now.ssrc !== reception.ssrc) this.replaced += 1;
    this.#watched.set(trackId, { reception: now, grewAtMs: nowMs });
  }
}

interface Steadiness {
  /** The people are moved to other edges meanwhile: tracks come anew, without a stop in between. */
  moved?: boolean;
}

/** Does the work while all that these people receive goes on: rejects when a track stopped meanwhile or came anew. Resolves with the work's result. */
export async function mediaGoesOn<T>(
  people: readonly Attendance[],
  work: () => Promise<T>,
  { moved = false }: Steadiness = {},
): Promise<T> {
  const watches = await Promise.all(people.map((person) => MediaWatch.begin(person)));
  const [result] = await Promise.allSettled([work()]);
  await Promise.all(watches.map((watch) => watch.end()));
  const complaints = watches.flatMap(({ longestGapMs, longestGapOf, longestLookMs, replaced }, index) => {
    const whose = people[index]?.name;
    const stopped = `${whose} had no packet of a track (${longestGapOf}) for ${longestGapMs} ms; a look took ${longestLookMs} ms at most`;
    return [
      ...(replaced > 0 && !moved ? [`${replaced} tracks came anew to ${whose}`] : []),
      ...(longestGapMs > stoppedAfterMs + longestLookMs ? [stopped] : []),
    ];
  });
  if (complaints.length > 0)
    throw new Error(complaints.join('; '), result.status === 'rejected' ? { cause: result.reason } : {});
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
