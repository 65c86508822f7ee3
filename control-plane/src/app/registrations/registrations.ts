import { randomUUID } from 'node:crypto';
import { longestName } from '@canopy/proto/conversation';
import { siteKey } from '@canopy/runtime/address';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { asksRegistration, type Registration } from '../../core/meeting/registration.ts';
import { guestRole } from '../../core/meeting/roles.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { Access } from '../access/access.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Limiter } from '../access/ports.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { CalendarEntry, ScheduleRecords } from '../schedules/ports.ts';
import type { RegistrationPage, RegistrationRecords } from './ports.ts';

export interface RegistrationsDeps {
  access: Pick<Access, 'require' | 'may' | 'invite'>;
  live: Pick<LiveAccess, 'require'>;
  meetings: Pick<MeetingRecords, 'find'>;
  schedules: Pick<ScheduleRecords, 'entryOf'>;
  records: RegistrationRecords;
  /** Of one address for one meeting. */
  limit: Limiter;
}

/** What somebody gets who registered. */
export interface Registered {
  registration: Registration;
  /** What their link carries. */
  token: string;
  /** When the meeting is, if it is planned. */
  entry: CalendarEntry | undefined;
}

/**
 * Who means to come to webinars that ask for it. No address is looked for among those that registered: the same one may do so twice,
 * and nobody learns from an answer who did.
 */
export class Registrations {
  readonly #deps: RegistrationsDeps;

  constructor(deps: RegistrationsDeps) {
    this.#deps = deps;
  }

  /** Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, BAD_REQUEST (no name, or the meeting asks for none), REGISTRATION_FULL, RATE_LIMITED, STATE_UNAVAILABLE. */
  async register(
    principal: Principal,
    meetingId: string,
    { name, email }: Pick<Registration, 'name' | 'email'>,
    address: string,
  ): Promise<Registered> {
    const { access, records, schedules, limit } = this.#deps;
    const meeting = await this.#found(principal, meetingId);
    access.require(principal, { action: 'registration.create', meeting });
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    if (!asksRegistration(meeting)) throw new CanopyError('BAD_REQUEST', 'This meeting asks for no registration.');
    const cleaned = cleanText(name, longestName);
    if (cleaned === '') throw new CanopyError('BAD_REQUEST', 'name: there is none');
    // A program of the owner's registers everybody from one address.
    if (!access.may(principal, { action: 'registrations.manage', meeting }))
      await limit(`${meetingId}:${siteKey(address)}`);
    const registration = await records.add(meetingId, { id: randomUUID(), name: cleaned, email });
    if (registration === undefined) throw new CanopyError('REGISTRATION_FULL');
    const { apiKeyId, linkRevision } = meeting;
    const claims = { meetingId, role: guestRole(meeting.mode), linkRevision, registrationId: registration.id };
    const [token, entry] = await Promise.all([access.invite(apiKeyId, claims), schedules.entryOf(meetingId)]);
    return { registration, token, entry };
  }

  /** For hosts and whom the meeting belongs to. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, FORBIDDEN, BAD_REQUEST (no cursor of ours), STATE_UNAVAILABLE. */
  async list(
    principal: Principal,
    meetingId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<RegistrationPage & { count: number; limit: number | undefined }> {
    const { settings } = await this.#managed(principal, meetingId);
    if (cursor !== undefined && !/^\d{1,18}$/.test(cursor))
      throw new CanopyError('BAD_REQUEST', 'There is no such page.');
    const { records } = this.#deps;
    const [page, count] = await Promise.all([records.page(meetingId, cursor, limit), records.count(meetingId)]);
    return { ...page, count, limit: settings.registration?.limit };
  }

  /** Their link leads in no more, and what they told is gone. Errors: those of {@link list}, NOT_FOUND (there is no such registration). */
  async cancel(principal: Principal, meetingId: string, registrationId: string): Promise<void> {
    await this.#managed(principal, meetingId);
    if (!(await this.#deps.records.remove(meetingId, registrationId))) throw new CanopyError('NOT_FOUND');
  }

  #managed(principal: Principal, meetingId: string): Promise<Meeting> {
    return this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'registrations.manage', meeting }));
  }

  /** Who is unknown does not even learn that it is not there. */
  async #found(principal: Principal, meetingId: string): Promise<Meeting> {
    const meeting = await this.#deps.meetings.find(meetingId);
    if (meeting !== undefined) return meeting;
    throw new CanopyError(principal.kind === 'anonymous' ? 'TOKEN_INVALID' : 'MEETING_NOT_FOUND');
  }
}
