import { setTimeout as delay } from 'node:timers/promises';
import type { Attendance, Reception } from './attendance.ts';

/** A track without a packet for so long has stopped. A machine that runs a whole mesh and its browsers makes shorter pauses by itself. */
const stoppedAfterMs = 1_000;
const lookEveryMs = 100;

interface Watched {
  reception: Reception;
  grewAtMs: number;
}

/** Does the work while all that these people receive goes on: rejects when a track stopped meanwhile, or came anew (another SSRC), and needed new signaling for that. Resolves with the work's result. */
export async function mediaGoesOn<T>(people: readonly Attendance[], work: () => Promise<T>): Promise<T> {
  let over = false;
  const watches = people.map(async (person) => {
    const watched = new Map((await person.receptions()).map((reception) => [reception.trackId, watch(reception)]));
    if (watched.size === 0) throw new Error(`${person.name} receives nothing`);
    while (!over) {
      await delay(lookEveryMs);
      compare(person.name, watched, await person.receptions());
    }
  });
  const watching = Promise.all(watches);
  const done = work().finally(() => {
    over = true;
  });
  // Whichever fails first tells; the other is waited for all the same.
  const [result] = await Promise.allSettled([done, watching]);
  await watching;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function watch(reception: Reception): Watched {
  return { reception, grewAtMs: performance.now() };
}

function compare(name: string, watched: Map<string, Watched>, present: readonly Reception[]): void {
  for (const [trackId, { reception: before, grewAtMs }] of watched) {
    const now = present.find((reception) => reception.trackId === trackId);
    if (now !== undefined && now.ssrc !== before.ssrc)
      throw new Error(`${name} receives ${before.kind} ${trackId} anew: SSRC ${now.ssrc}, not ${before.ssrc}`);
    if (now !== undefined && now.packetsReceived > before.packetsReceived) watched.set(trackId, watch(now));
    else if (performance.now() - grewAtMs > stoppedAfterMs)
      throw new Error(`${name} had no packet of ${before.kind} ${trackId} for ${stoppedAfterMs} ms`);
  }
}
