import type { Registration } from '../../core/meeting/registration.ts';

export interface RegistrationPage {
  registrations: readonly Registration[];
  /** Undefined: there are no more. */
  nextCursor: string | undefined;
}

/** Who registered for which meeting, as it must last, with what webhooks are told of it. Errors: STATE_UNAVAILABLE. */
export interface RegistrationRecords {
  /** Undefined: there are as many as the meeting takes, by its settings as of now. */
  add(meetingId: string, registration: Pick<Registration, 'id' | 'name' | 'email'>): Promise<Registration | undefined>;
  find(meetingId: string, registrationId: string): Promise<Registration | undefined>;
  count(meetingId: string): Promise<number>;
  /** Those first who registered first; `cursor` is of the page before. */
  page(meetingId: string, cursor: string | undefined, limit: number): Promise<RegistrationPage>;
  /** False: there is none. */
  remove(meetingId: string, registrationId: string): Promise<boolean>;
}
