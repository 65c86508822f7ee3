import { TrackSource } from '@canopy/proto/media';
import type { ReceptionCounts, Track } from '@canopy/proto/signal';

/** How the meeting reaches somebody, by the word of their client. */
export interface Reception {
  /** 1 (hardly) to 4 (well). */
  networkQuality: number;
  /** The shared screen whose frames arrive; '' for none. */
  seesTrackId: string;
}

/** Each who is told about screens is told of all, and each of many may share one. */
const mostScreensTold = 16;

export const noReception: ReceptionCounts = { byQuality: [0, 0, 0, 0], screens: [], seeingNone: 0, backstage: 0 };

/** Counts those who told, whom the screens among these tracks reach and how well. Who shares a screen is not asked whether it sees one, but counted where it does. `backstage`: how many wait for it to go live. */
export function countReceptions(
  people: Iterable<{ participantId: string; reception?: Reception }>,
  tracks: readonly Track[],
  backstage = 0,
): ReceptionCounts {
  const screens = tracks.filter(({ source }) => source === TrackSource.SCREEN);
  const sharing = new Set(screens.map(({ participantId }) => participantId));
  const viewers = new Map(screens.map(({ id }) => [id, 0]));
  const byQuality = [0, 0, 0, 0];
  let seeingNone = 0;
  for (const { participantId, reception } of people) {
    if (reception === undefined) continue;
    const { networkQuality, seesTrackId } = reception;
    byQuality[networkQuality - 1] = (byQuality[networkQuality - 1] ?? 0) + 1;
    const others = viewers.get(seesTrackId);
    if (others !== undefined) viewers.set(seesTrackId, others + 1);
    else if (!sharing.has(participantId)) seeingNone += 1;
  }
  return { byQuality, screens: mostSeen(viewers), seeingNone, backstage };
}

/** What several replicas count, in one; of the screens those seen by most. */
export function addReceptions(all: readonly ReceptionCounts[]): ReceptionCounts {
  const viewers = new Map<string, number>();
  for (const { trackId, count } of all.flatMap(({ screens }) => screens)) {
    viewers.set(trackId, (viewers.get(trackId) ?? 0) + count);
  }
  return {
    byQuality: noReception.byQuality.map((_, index) => sum(all.map(({ byQuality }) => byQuality[index] ?? 0))),
    screens: mostSeen(viewers).slice(0, mostScreensTold),
    seeingNone: sum(all.map(({ seeingNone }) => seeingNone)),
    backstage: sum(all.map(({ backstage = 0 }) => backstage)),
  };
}

function mostSeen(viewers: ReadonlyMap<string, number>): ReceptionCounts['screens'] {
  const screens = [...viewers].map(([trackId, count]) => ({ trackId, count }));
  return screens.sort((a, b) => b.count - a.count || (a.trackId < b.trackId ? -1 : 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
