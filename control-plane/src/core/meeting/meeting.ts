import type { MeetingMode } from './roles.ts';
import type { MeetingSettings } from './settings.ts';

export const meetingStatuses = ['scheduled', 'live', 'ended'] as const;
export type MeetingStatus = (typeof meetingStatuses)[number];

/** What everybody in a meeting goes by. */
export interface MeetingProfile {
  title: string;
  mode: MeetingMode;
  settings: MeetingSettings;
}

/** A meeting as the database keeps it. Times are Unix ms. */
export interface Meeting extends MeetingProfile {
  id: string;
  /** The API key it was created with; no other key sees it. */
  apiKeyId: string;
  status: MeetingStatus;
  startTime: number | undefined;
  createdAt: number;
}
