import type { MeetingProfile } from './meeting.ts';

/** Most registrations of one meeting, where it has no limit of its own. */
export const mostRegistrations = 100_000;

/** Somebody who means to come to a webinar. */
export interface Registration {
  /** Also of the participant that they come as. */
  id: string;
  name: string;
  email: string;
  /** Unix ms. */
  registeredAt: number;
}

/** Whether who comes to watch registers first: of a webinar alone. */
export function asksRegistration({ mode, settings }: Pick<MeetingProfile, 'mode' | 'settings'>): boolean {
  return mode === 'webinar' && settings.registration !== undefined;
}
