import type { Track } from '../gen/canopy/v1/signal.ts';

/** Tracks that one participant receives at once, at most. A list of more is refused as a whole, wherever it comes to. */
export const mostWanted = 256;

/** Microphones that are received muted too, so that who unmutes is heard at once. Where there are more, only those that are on. */
const mostMuted = 50;

/** Of those that are on the newest. With the 25 videos that one participant receives they are 200: edges of the version before take no more. */
const mostHeard = 175;

/** Which of these sounds are received by who wants to hear everybody, in their order. */
export function heard(sounds: readonly Track[]): readonly Track[] {
  return sounds.length <= mostMuted ? sounds : sounds.filter(({ muted }) => !muted).slice(-mostHeard);
}
