import { meetingPath, type PageQuery, queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';

/** Somebody who means to come to a webinar. Times are ISO 8601. */
export interface Registration {
  /** Also of the participant that they come as. */
  id: string;
  name: string;
  email: string;
  registeredAt: string;
}

/** What somebody gets who registered: theirs alone. */
export interface NewRegistration extends Registration {
  /** Whoever opens it comes in as them. */
  url: string;
  /** What it carries: as `ApiOptions.apiKey` it makes join tokens. */
  token: string;
  /** An .ics file with their link; null: the meeting is in no schedule. */
  calendar: string | null;
}

export interface RegistrationList {
  count: number;
  limit: number | null;
  /** Those first who registered first. */
  registrations: Registration[];
  nextCursor: string | null;
}

/** Who means to come to webinars that ask for it (`MeetingSettings.registration`). */
export class RegistrationsApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** For whoever has the meeting's link, or whom it belongs to. Rejects with REGISTRATION_FULL. Nothing is mailed. */
  register(meetingId: string, who: { name: string; email: string }): Promise<NewRegistration> {
    return this.#call('POST', meetingPath(meetingId, 'registrations'), who);
  }

  /** For hosts and whom the meeting belongs to; at most 100 on a page, by default 50. */
  list(meetingId: string, page: PageQuery = {}): Promise<RegistrationList> {
    return this.#call('GET', `${meetingPath(meetingId, 'registrations')}${queryOf(page)}`);
  }

  /** Their link leads in no more, and what they told is gone. Rejects with NOT_FOUND. */
  cancel(meetingId: string, registrationId: string): Promise<void> {
    return this.#call('DELETE', meetingPath(meetingId, 'registrations', registrationId));
  }
}
