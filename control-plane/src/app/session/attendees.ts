import type { AttendeePage } from '@canopy/proto/signal';
import type { Access } from '../access/access.ts';
import type { Connected } from './connected.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import { principalOf } from './principal.ts';

export interface AttendeesDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'attendees'>;
}

/** Who attends a webinar, or is of a meeting's crowd: a page at a time, because they may be many. */
export class Attendees {
  readonly #deps: AttendeesDeps;

  constructor(deps: AttendeesDeps) {
    this.#deps = deps;
  }

  /** `cursor` is of the page before, '' for the first page. Errors: FORBIDDEN, BAD_REQUEST, STATE_UNAVAILABLE. */
  async page({ session }: Connected, cursor: string, limit: number): Promise<AttendeePage> {
    const { meetingId, profile } = session;
    this.#deps.access.require(principalOf(session), {
      action: 'attendees.list',
      meeting: { id: meetingId, mode: profile.mode },
    });
    const page = await this.#deps.store.attendees(meetingId, cursor === '' ? undefined : cursor, limit);
    return { attendees: [...page.attendees], nextCursor: page.nextCursor ?? '', position: page.position };
  }
}
