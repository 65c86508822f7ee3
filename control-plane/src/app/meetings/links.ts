import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { guestRole, type RoleName } from '../../core/meeting/roles.ts';
import type { Access } from '../access/access.ts';
import type { LiveAccess } from '../access/live.ts';
import type { MeetingRecords } from './ports.ts';

export interface LinksDeps {
  access: Pick<Access, 'invite' | 'may' | 'require'>;
  live: Pick<LiveAccess, 'present'>;
  records: Pick<MeetingRecords, 'revokeLinks'>;
}

/** What a link carries, and what it makes of whoever has it. */
export interface MeetingLink {
  role: RoleName;
  token: string;
}

/** Links to a meeting by role: signed, so that nothing of them is kept, and taken back all at once by a number. */
export class Links {
  readonly #deps: LinksDeps;

  constructor(deps: LinksDeps) {
    this.#deps = deps;
  }

  /** Those that the principal may give out, the one with the most rights first. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, STATE_UNAVAILABLE. */
  async list(principal: Principal, meetingId: string): Promise<MeetingLink[]> {
    const { live, meeting } = await this.#deps.live.present(principal, meetingId);
    this.#deps.access.require(live, { action: 'link.give', meeting, role: guestRole(meeting.mode) });
    return await this.#linksOf(live, meeting);
  }

  /** All that were given out lead nowhere any more; returns new ones. Errors: those of {@link list}. */
  async revoke(principal: Principal, meetingId: string): Promise<MeetingLink[]> {
    const { live, meeting } = await this.#deps.live.present(principal, meetingId);
    this.#deps.access.require(live, { action: 'links.revoke', meeting });
    const revoked = await this.#deps.records.revokeLinks(meetingId);
    if (revoked === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    return await this.#linksOf(live, revoked);
  }

  async #linksOf(live: Principal, meeting: Meeting): Promise<MeetingLink[]> {
    const { id: meetingId, apiKeyId, mode, parentId, linkRevision } = meeting;
    if (parentId !== undefined)
      throw new CanopyError('FORBIDDEN', 'People come to a breakout room from its main meeting.');
    const roles = ['host', 'cohost', ...(mode === 'webinar' ? (['panelist'] as const) : []), guestRole(mode)] as const;
    const given = roles.filter((role) => this.#deps.access.may(live, { action: 'link.give', meeting, role }));
    return await Promise.all(
      given.map(async (role) => ({
        role,
        token: await this.#deps.access.invite(apiKeyId, { meetingId, role, linkRevision }),
      })),
    );
  }
}
