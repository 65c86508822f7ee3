/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Attendance } from './attendance.ts';

/** The longest times, in ms, that a browser went without a packet of one of the tracks it received. */
export interface Silence {
  audio: number;
  video: number;
}

const lookEveryMs = 50;

/** Begins to watch what comes in, or these tracks of it; the answer tells the longest silence of any track since, as of now. It may have been one look longer. */
export async function watchSilence(
  { page }: Attendance,
  trackIds?: readonly string[],
): Promise<() => Promise<Silence>> {
  const handle = await page.evaluateHandle(
    ({ everyMs, only }) => {
      const longest = { audio: 0, video: 0 };
      // A packet's own time of arrival counts: a busy page looks late, but what it finds is true.
      const look = async () => {
        const meeting = window.canopy;
        if (meeting === undefined) return;
        const watched = [...meeting.view.received].filter(([trackId]) => only?.includes(trackId) ?? true);
        const media = watched.map(([, { id }]) => id);
        for (const stats of (await meeting.getStats()).receive.values()) {
          if (stats.type !== 'inbound-rtp' || !media.includes(stats.trackIdentifier)) continue;
          const kind: 'audio' | 'video' = stats.kind;
          longest[kind] = Math.max(longest[kind], stats.timestamp - stats.lastPacketReceivedTimestamp);
        }
      };
      setInterval(() => void look(), everyMs);
      return longest;
    },
    { everyMs: lookEveryMs, only: trackIds },
  );
  return () => handle.jsonValue();
}
