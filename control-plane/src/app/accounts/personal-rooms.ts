import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import { requireUser } from './accounts.ts';
import type { AccountRecords } from './ports.ts';

export interface PersonalRoomsDeps {
  accounts: Pick<AccountRecords, 'find' | 'findByHandle' | 'setRoom'>;
  records: Pick<MeetingRecords, 'find'>;
  meetings: Pick<Meetings, 'create'>;
}

/** Rooms with a link that stays: it leads to the meeting that its user has there, while there is one. */
export class PersonalRooms {
  readonly #deps: PersonalRoomsDeps;

  constructor(deps: PersonalRoomsDeps) {
    this.#deps = deps;
  }

  /** For guests: whose it is, and the meeting that is on. Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async look(handle: string): Promise<{ hostName: string; meetingId: string | undefined }> {
    const owner = await this.#deps.accounts.findByHandle(handle);
    if (owner === undefined) throw new CanopyError('NOT_FOUND');
    const meeting = owner.roomId === undefined ? undefined : await this.#deps.records.find(owner.roomId);
    return { hostName: owner.name, meetingId: meeting?.status === 'live' ? meeting.id : undefined };
  }

  /** The user's own: the meeting in it, a new one when the last has ended and `admitMeeting` does not throw. Errors: SIGN_IN_REQUIRED, RATE_LIMITED, STATE_UNAVAILABLE. */
  async open(principal: Principal, admitMeeting: () => Promise<void>): Promise<Meeting> {
    const user = await this.#deps.accounts.find(requireUser(principal));
    const owner = user && (await this.#deps.accounts.findByHandle(user.handle));
    if (owner === undefined) throw new CanopyError('SIGN_IN_REQUIRED');
    const present = owner.roomId === undefined ? undefined : await this.#deps.records.find(owner.roomId);
    if (present !== undefined && present.status !== 'ended') return present;
    await admitMeeting();
    const request = { title: owner.name, mode: 'meeting', startTime: undefined, settings: {} } as const;
    const meeting = await this.#deps.meetings.create(principal, request);
    if (await this.#deps.accounts.setRoom(owner.id, owner.roomId, meeting.id)) return meeting;
    // Opened in another window at the same time.
    return await this.open(principal, admitMeeting);
  }
}
