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
    return this.#call('POST', path(meetingId), who);
  }

  /** For hosts and whom the meeting belongs to. `limit` is at most 100, by default 50; `cursor` is `nextCursor` of the page before. */
  list(
    meetingId: string,
    { limit = 50, cursor }: { limit?: number; cursor?: string | undefined } = {},
  ): Promise<RegistrationList> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
    return this.#call('GET', `${path(meetingId)}?${query}`);
  }

  /** Their link leads in no more, and what they told is gone. */
  cancel(meetingId: string, registrationId: string): Promise<void> {
    return this.#call('DELETE', `${path(meetingId)}/${encodeURIComponent(registrationId)}`);
  }
}

function path(meetingId: string): string {
  return `/v1/meetings/${encodeURIComponent(meetingId)}/registrations`;
}
