import type { Span } from './composition.ts';

/** How loud a sound was for one window of time. */
export interface Loudness {
  participantId: string;
  /** When the window began, Unix ms. */
  at: number;
  /** Root mean square, dB of full scale: 0 at most. */
  level: number;
}

/** Somebody is the one who speaks. */
export interface Speaking extends Span {
  participantId: string;
}

/** Sounds are measured in windows of this length. */
export const windowMs = 200;
/** What came before a span may still count in it for so long. */
export const silenceMs = 10_000;

/** A voice is seldom softer, a quiet room seldom louder. */
const leastLevel = -45;
/** Who comes into view stays for so long. */
const leastHoldMs = 2_000;
/** Windows that are looked at from each on; somebody speaks who is heard in so many of them: no cough, no click. */
const aheadWindows = 8;
const leastHeard = 4;

/**
 * Who speaks when, of what was measured in a span: whoever is heard most in the coming moment, so that they are seen from
 * their first word on. Somebody who falls silent stays the speaker until another one speaks, for ten seconds at most.
 */
export function speakersOf(measured: readonly Loudness[], { from, to }: Span): Speaking[] {
  const count = Math.ceil((to - from) / windowMs);
  const heard = heardIn(measured, from, count);
  const speaking: Speaking[] = [];
  let current: Speaking | undefined;
  let lastHeard = 0;
  for (let index = 0; index < count; index++) {
    const now = from + index * windowMs;
    const [best, most = 0] = loudest(heard, index, current?.participantId);
    if (current !== undefined && scoreAt(heard.get(current.participantId), index) > 0) lastHeard = now;
    const held = current === undefined || now - current.from >= leastHoldMs;
    if (best !== undefined && best !== current?.participantId && most >= leastHeard && held) {
      current = { participantId: best, from: now, to: now };
      lastHeard = now;
      speaking.push(current);
    }
    if (current !== undefined && now - lastHeard >= silenceMs) current = undefined;
    if (current !== undefined) current.to = Math.min(now + windowMs, to);
  }
  return speaking;
}

/** For each participant the windows in which they are heard. */
function heardIn(measured: readonly Loudness[], from: number, count: number): Map<string, boolean[]> {
  const heard = new Map<string, boolean[]>();
  for (const { participantId, at, level } of measured) {
    const index = Math.round((at - from) / windowMs);
    if (level < leastLevel || index < 0 || index >= count) continue;
    const windows = heard.get(participantId) ?? Array.from({ length: count }, () => false);
    windows[index] = true;
    heard.set(participantId, windows);
  }
  return heard;
}

/** Who is heard most from this window on; of several the current one. */
function loudest(
  heard: ReadonlyMap<string, readonly boolean[]>,
  index: number,
  current: string | undefined,
): [string?, number?] {
  const [best] = [...heard]
    .map(([id, windows]): [string, number] => [id, scoreAt(windows, index)])
    .sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || Number(b === current) - Number(a === current));
  return best ?? [];
}

function scoreAt(windows: readonly boolean[] = [], index: number): number {
  return windows.slice(index, index + aheadWindows).filter(Boolean).length;
}
