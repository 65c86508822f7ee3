import type { Voice } from './voice.ts';

/** Who is among the loudest is left there unless another one is so much louder: two who speak alike don't take turns. */
const louderByDb = 6;

/**
 * So many of the voices as links are to carry, given who was chosen `before`: the loudest of those who spoke lately, then who
 * was chosen before, then who spoke last, then who came first. So all places are taken as long as there are voices for them:
 * nobody is put aside but for somebody else, and where there are no more voices than places, nobody ever is.
 */
export function loudest(
  voices: readonly Voice[],
  places: number,
  before: ReadonlySet<Voice>,
  now: number,
): ReadonlySet<Voice> {
  const ranked = voices.map((voice) => ({
    voice,
    loudness: voice.loudness(now) + (before.has(voice) ? louderByDb : 0),
  }));
  ranked.sort((one, other) => other.loudness - one.loudness || spokeLater(one.voice, other.voice));
  return new Set(ranked.slice(0, places).map(({ voice }) => voice));
}

/** Negative if the first spoke later; 0 also where neither has. */
function spokeLater({ spokeAt: one }: Voice, { spokeAt: other }: Voice): number {
  return one === other ? 0 : other - one;
}
