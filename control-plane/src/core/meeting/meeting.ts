import type { MeetingMode } from './roles.ts';
import type { MeetingSettings } from './settings.ts';

export const meetingStatuses = ['scheduled', 'live', 'ended'] as const;
export type MeetingStatus = (typeof meetingStatuses)[number];

/** What everybody in a meeting goes by. */
export interface MeetingProfile {
  title: string;
  mode: MeetingMode;
  settings: MeetingSettings;
  /** Of two readings of a meeting the one with the higher revision is the newer. */
  revision: number;
  /** Of a breakout room: its main meeting. */
  parentId?: string | undefined;
}

/** The newer of two readings of the same meeting. */
export function newest(a: MeetingProfile, b: MeetingProfile | undefined): MeetingProfile {
  return b !== undefined && b.revision > a.revision ? b : a;
}

/** A meeting as the database keeps it. Times are Unix ms. */
export interface Meeting extends MeetingProfile {
  id: string;
  /** The API key it was created with; no other key sees it. */
  apiKeyId: string;
  /** The user it belongs to; guests come to it by its link alone. Undefined: it is the API key's, which decides who comes. */
  hostId: string | undefined;
  status: MeetingStatus;
  startTime: number | undefined;
  createdAt: number;
  /** Of the password that is asked of who joins, if any. */
  passwordHash: string | undefined;
  /** What its links are signed with besides: another one takes back all that were given out. */
  linkRevision: number;
}

export function profileOf({ title, mode, settings, revision, parentId }: Meeting): MeetingProfile {
  return { title, mode, settings, revision, parentId };
}

/** The meeting by whose door people come: breakout rooms have none. */
export function doorOf({ id, parentId }: Pick<Meeting, 'id' | 'parentId'>): string {
  return parentId ?? id;
}
