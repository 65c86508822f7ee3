import type { MeetingStatus } from '../meeting/meeting.ts';
import type { MeetingMode } from '../meeting/roles.ts';
import type { MeetingSettings } from '../meeting/settings.ts';
import type { Timing } from './recurrence.ts';

/** Meetings planned together: one, or a series. */
export interface Schedule extends Timing {
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

/** What becomes of the meetings of a series whose times change. */
export interface Replanned {
  /** They keep their links. */
  moved: { meetingId: string; start: number }[];
  added: number[];
  cancelled: string[];
}

/**
 * Fits the meetings to come to new times. Those at a time that stays keep it; the others are moved in their order, so that the next
 * meeting's link leads to the next meeting. What has begun or is over stays as it was.
 */
export function replan(known: readonly Occurrence[], starts: readonly number[], now: number): Replanned {
  const open = known.filter(({ originalStart, meetingStatus }) => meetingStatus === 'scheduled' && originalStart > now);
  const wanted = starts.filter((start) => start > now && !isTaken(known, open, start));
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

/** By a meeting that has begun already. */
function isTaken(known: readonly Occurrence[], open: readonly Occurrence[], start: number): boolean {
  return known.some((each) => each.originalStart === start && !open.includes(each));
}
