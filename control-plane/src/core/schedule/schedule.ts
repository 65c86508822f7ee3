import type { MeetingStatus } from '../meeting/meeting.ts';
import type { MeetingMode } from '../meeting/roles.ts';
import type { MeetingSettings } from '../meeting/settings.ts';
import type { SeriesTiming } from './recurrence.ts';

/** Meetings planned together: one, or a series. */
export interface Schedule extends SeriesTiming {
  id: string;
  apiKeyId: string;
  /** The user it belongs to; undefined: to the API key alone. */
  hostId: string | undefined;
  title: string;
  mode: MeetingMode;
  durationMinutes: number;
  settings: MeetingSettings;
  /** Of the password that each of its meetings asks for, if any. */
  passwordHash: string | undefined;
  /** How often it was changed, as calendars count (RFC 5545 §3.8.7.4). */
  sequence: number;
  status: 'active' | 'cancelled';
}

/** One meeting of a schedule. Times are Unix ms. */
export interface Occurrence {
  meetingId: string;
  /** When the series says it starts: what it is known by, whatever was changed for it alone. */
  originalStart: number;
  title: string;
  startTime: number;
  durationMinutes: number;
  status: 'scheduled' | 'cancelled';
  /** Of the meeting itself. */
  meetingStatus: MeetingStatus;
  /** It has a title, a time or a length of its own. */
  overridden: boolean;
}

/** A series as it is: its meetings, and when it says that they start (Unix ms). */
export interface Series {
  occurrences: readonly Occurrence[];
  starts: readonly number[];
}

/** When the meetings of a series are to start (Unix ms), and how long they are to be. */
export interface NewTimes {
  starts: readonly number[];
  durationMinutes: number;
}

/** What becomes of the meetings of a series whose times change. */
export interface Replanned {
  /** They keep their links. */
  moved: { meetingId: string; start: number }[];
  added: number[];
  cancelled: string[];
}

/**
 * Fits the meetings to come to new times. Those at a time that stays keep it; the others are moved in their order, so that the next
 * meeting's link leads to the next meeting. What has begun or is over stays as it was; what should be on and nobody has begun is
 * still to come.
 */
export function replan(series: Series, { starts, durationMinutes }: NewTimes, now: number): Replanned {
  const open = series.occurrences.filter((each) => isOpen(each, now));
  const taken = takenIn(series, open);
  const wanted = starts.filter((start) => !isOver(start, durationMinutes, now) && !taken.has(start));
  const keeps = new Set(open.filter(({ originalStart }) => wanted.includes(originalStart)));
  const free = open.filter((occurrence) => !keeps.has(occurrence));
  const places = wanted.filter((start) => ![...keeps].some(({ originalStart }) => originalStart === start));
  const moved = [...keeps].map(({ meetingId, originalStart }) => ({ meetingId, start: originalStart }));
  for (const [index, { meetingId }] of free.slice(0, places.length).entries()) {
    moved.push({ meetingId, start: places[index] ?? now });
  }
  return {
    moved,
    added: places.slice(free.length),
    cancelled: free.slice(places.length).map(({ meetingId }) => meetingId),
  };
}

/** Whether a meeting that starts then (Unix ms) should be over. */
export function isOver(start: number, durationMinutes: number, now: number): boolean {
  return start + durationMinutes * 60_000 <= now;
}

/** Those that are left out of a series: cancelled, with no other meeting in their place. */
export function leftOut(occurrences: readonly Occurrence[]): Occurrence[] {
  const held = new Set(occurrences.filter(({ status }) => status === 'scheduled').map((each) => each.originalStart));
  return occurrences.filter(({ status, originalStart }) => status === 'cancelled' && !held.has(originalStart));
}

function isOpen({ originalStart, durationMinutes, meetingStatus }: Occurrence, now: number): boolean {
  return meetingStatus === 'scheduled' && !isOver(originalStart, durationMinutes, now);
}

/** By meetings that have begun already, and by those that somebody cancelled; what a shorter series lost can come back. */
function takenIn({ occurrences, starts }: Series, open: readonly Occurrence[]): Set<number> {
  const begun = occurrences.filter((each) => each.status === 'scheduled' && !open.includes(each));
  const byHand = leftOut(occurrences).filter(({ originalStart }) => starts.includes(originalStart));
  return new Set([...begun, ...byHand].map(({ originalStart }) => originalStart));
}
