import type { MeetingView } from '@canopy/client';
import { useEffect, useState } from 'react';
import { readUpTo, rememberReadUpTo } from './remembered.ts';

/** Something that somebody may have seen or not. */
interface Readable {
  /** Grows from one to the next. */
  sequence: number;
  /** False: it never waits to be read, because it is one's own or gone. */
  counts: boolean;
}

/** What there is to read now. */
export interface Reading {
  /** Other things have another one. */
  key: string;
  things: readonly Readable[];
  /** What was there before this person came is known, or that there was nothing. */
  loaded: boolean;
  looking: boolean;
}

/** Up to where somebody has read what is known under a key. */
interface ReadMark {
  key: string;
  /** Undefined: they are here for the first time, and what was there before is not known yet. */
  to: number | undefined;
}

/** How many came since this person last looked. Known across reloads under `key`; who comes for the first time has missed nothing. */
export function useUnread(reading: Reading): number {
  const [before, setMark] = useState(() => rememberedMark(reading.key));
  const mark = markNow(before, reading);
  if (mark !== before) setMark(mark);

  useEffect(() => {
    if (mark.to !== undefined) rememberReadUpTo(mark.key, mark.to);
  }, [mark]);

  const { to } = mark;
  if (reading.looking || to === undefined) return 0;
  return reading.things.filter(({ sequence, counts }) => counts && sequence > to).length;
}

/** The meeting whose chat and questions are there: those of the next one come before anything else of it. */
export function meetingToRead({ meetingId, arriving }: Pick<MeetingView, 'meetingId' | 'arriving'>): string {
  return arriving?.meetingId ?? meetingId;
}

/** Who looks, or is here for the first time, has read all there is. */
function markNow(before: ReadMark, { key, things, loaded, looking }: Reading): ReadMark {
  const mark = before.key === key ? before : rememberedMark(key);
  if (!loaded || (!looking && mark.to !== undefined)) return mark;
  const to = things.reduce((most, { sequence }) => Math.max(most, sequence), mark.to ?? 0);
  return to === mark.to ? mark : { key, to };
}

function rememberedMark(key: string): ReadMark {
  return { key, to: readUpTo(key) };
}
