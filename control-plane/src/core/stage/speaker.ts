/** Who speaks in a meeting, as far as edges told. Times are ms of one clock. */
export interface SpeakerState {
  /** The loudest of each worker that has one, by edge and worker. */
  loudest: ReadonlyMap<string, { trackId: string; since: number }>;
  /** Who is played; stays so in silence. */
  trackId: string | undefined;
  since: number;
}

export const nobodySpoke: SpeakerState = { loudest: new Map(), trackId: undefined, since: 0 };

/** Whoever speaks up is played for so long at least, unless it falls silent. */
const holdMs = 1_000;

/** What one worker's loudest is now; undefined: nobody there speaks. */
export function heard(speaking: SpeakerState, source: string, trackId: string | undefined, now: number): SpeakerState {
  const loudest = new Map(speaking.loudest);
  if (trackId === undefined) loudest.delete(source);
  else loudest.set(source, { trackId, since: now });
  return settle({ ...speaking, loudest }, now);
}

/** Takes whoever spoke up last, once whoever is played has had its time. */
export function settle(speaking: SpeakerState, now: number): SpeakerState {
  const trackId = newest(speaking);
  if (!isContested(speaking) || settlesAt(speaking) > now) return speaking;
  return { ...speaking, trackId, since: now };
}

/** Somebody else spoke up, whose turn comes at {@link settlesAt}. */
export function isContested(speaking: SpeakerState): boolean {
  const trackId = newest(speaking);
  return trackId !== undefined && trackId !== speaking.trackId;
}

/** When {@link settle} may take somebody else. */
export function settlesAt({ loudest, trackId, since }: SpeakerState): number {
  const stillSpeaks = [...loudest.values()].some((one) => one.trackId === trackId);
  return stillSpeaks ? since + holdMs : since;
}

/** Who spoke up last of those who speak. */
function newest({ loudest }: SpeakerState): string | undefined {
  return [...loudest.values()].reduce<{ trackId: string; since: number } | undefined>(
    (last, one) => (last === undefined || one.since >= last.since ? one : last),
    undefined,
  )?.trackId;
}
