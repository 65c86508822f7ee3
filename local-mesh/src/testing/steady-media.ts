/// <reference lib="dom" />
import type { JSHandle } from 'playwright-core';
import type { Attendance, Reception } from './attendance.ts';

/** What stands still for longer has stopped: no promise of media that goes on has a longer gap. */
const stoppedAfterMs = 300;
const lookEveryMs = 20;

/** What one person's page saw of what it receives, since it began to watch. */
export interface Steadiness {
  /** The longest time for which a track surely stood still, ms: no picture of it was decoded, or no packet of sound came. Less the time by which the page itself came late to look meanwhile. */
  longestGapMs: number;
  /** The kind of that track, and whether it was there meanwhile. */
  longestGapOf: string;
  /** How late that was, ms. */
  lateMs: number;
  /** Tracks that came anew, with another SSRC: they needed new signaling. */
  replaced: number;
}

interface Watching extends Steadiness {
  over: boolean;
}

/** How what one person receives goes on, from the moment it began to watch. */
export class MediaWatch {
  readonly #watching: JSHandle<Watching>;

  static async begin(person: Attendance): Promise<MediaWatch> {
    if ((await person.receptions()).length === 0) throw new Error(`${person.name} receives nothing`);
    return new MediaWatch(await person.page.evaluateHandle(watchInPage, lookEveryMs));
  }

  private constructor(watching: JSHandle<Watching>) {
    this.#watching = watching;
  }

  /** As of now. */
  async seen(): Promise<Steadiness> {
    return this.#watching.jsonValue();
  }

  /** Stops watching, and what was seen. */
  async end(): Promise<Steadiness> {
    return this.#watching.evaluate((watching) => {
      watching.over = true;
      return watching;
    });
  }
}

/** Runs in the page. A late look makes no gap longer: one lasts from a look that found more until the last one that found nothing. */
async function watchInPage(everyMs: number): Promise<Watching> {
  const watching: Watching = { longestGapMs: 0, longestGapOf: '', lateMs: 0, replaced: 0, over: false };
  const progress = ({ kind, framesDecoded, packetsReceived }: Reception) =>
    kind === 'video' ? framesDecoded : packetsReceived;
  const begun = (reception: Reception) => ({ reception, grewAtMs: performance.now(), lateMs: 0 });
  const watched = new Map((await window.receptions()).map((reception) => [reception.trackId, begun(reception)]));

  const compare = (track: ReturnType<typeof begun>, now: Reception | undefined, askedAtMs: number) => {
    const { reception, grewAtMs, lateMs } = track;
    const replaced = now !== undefined && now.ssrc !== reception.ssrc;
    if (now !== undefined && progress(now) > (replaced ? 0 : progress(reception))) {
      if (replaced) watching.replaced += 1;
      watched.set(reception.trackId, begun(now));
      return;
    }
    const longestGapMs = askedAtMs - grewAtMs - lateMs;
    const longestGapOf = `${reception.kind}, ${now === undefined ? 'gone' : 'there'}`;
    if (longestGapMs > watching.longestGapMs) Object.assign(watching, { longestGapMs, longestGapOf, lateMs });
  };
  const look = async () => {
    const dueAtMs = performance.now() + everyMs;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const askedAtMs = performance.now();
    const present = new Map((await window.receptions()).map((reception) => [reception.trackId, reception]));
    for (const [trackId, track] of watched) {
      track.lateMs = Math.max(track.lateMs, performance.now() - dueAtMs);
      compare(track, present.get(trackId), askedAtMs);
    }
  };
  void (async () => {
    while (!watching.over) await look();
  })();
  return watching;
}

/** Does the work while all that these people receive goes on: rejects when a track stopped meanwhile or came anew. Resolves with the work's result. */
export async function mediaGoesOn<T>(
  people: readonly Attendance[],
  work: () => Promise<T>,
  /** The people are moved to other edges meanwhile: tracks come anew, without a stop in between. */
  { moved = false }: { moved?: boolean } = {},
): Promise<T> {
  const watches = await Promise.all(people.map((person) => MediaWatch.begin(person)));
  const [result] = await Promise.allSettled([work()]);
  const seen = await Promise.all(watches.map((watch) => watch.end()));
  const complaints = seen.flatMap(({ longestGapMs, longestGapOf, lateMs, replaced }, index) => {
    const whose = people[index]?.name;
    const stopped = `${whose} had nothing of a track (${longestGapOf}) for ${longestGapMs} ms, and looks were ${lateMs} ms late`;
    return [
      ...(replaced > 0 && !moved ? [`${replaced} tracks came anew to ${whose}`] : []),
      ...(longestGapMs > stoppedAfterMs ? [stopped] : []),
    ];
  });
  if (complaints.length > 0)
    throw new Error(complaints.join('; '), result.status === 'rejected' ? { cause: result.reason } : {});
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
