import { inTurns } from '@canopy/runtime/in-turns';
import type { Owner, Principal } from '../../core/access/authorize.ts';
import type { Meeting, MeetingStatus } from '../../core/meeting/meeting.ts';
import type { Access } from '../access/access.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { MeetingRecords } from './ports.ts';

export interface MeetingListDeps {
  access: Pick<Access, 'may' | 'require' | 'ownerOf'>;
  records: Pick<MeetingRecords, 'latest'>;
  store: Pick<MeetingStateStore, 'usage' | 'inhabited'>;
}

/** Which meetings are to be listed. */
export interface Listing {
  status: MeetingStatus;
  /** Only those that somebody is in. */
  inhabited: boolean;
  limit: number;
  /** Those made before this one was. */
  olderThan: string | undefined;
}

export interface ListedMeeting {
  meeting: Meeting;
  /** On each edge. */
  participants: ReadonlyMap<string, number>;
}

const mostAtOnce = 16;

/** Meetings as a list: one's own, or everybody's for who operates the mesh. */
export class MeetingList {
  readonly #deps: MeetingListDeps;

  constructor(deps: MeetingListDeps) {
    this.#deps = deps;
  }

  /** The newest first. Errors: TOKEN_INVALID, FORBIDDEN, STATE_UNAVAILABLE. */
  async list(
    principal: Principal,
    { status, inhabited, limit, olderThan }: Listing,
  ): Promise<readonly ListedMeeting[]> {
    const { records, store } = this.#deps;
    const owner = this.#whose(principal);
    const ids = inhabited ? await store.inhabited() : undefined;
    const meetings = await records.latest({ status, owner, limit, olderThan, ids });
    if (status !== 'live') return meetings.map((meeting) => ({ meeting, participants: new Map() }));
    const listed = new Map<string, ListedMeeting>();
    await inTurns(meetings, mostAtOnce, async (meeting) => {
      const { usage } = await store.usage(meeting.id);
      listed.set(meeting.id, { meeting, participants: usage.participants });
    });
    return meetings.flatMap(({ id }) => listed.get(id) ?? []);
  }

  #whose(principal: Principal): Owner | undefined {
    const { access } = this.#deps;
    if (access.may(principal, { action: 'mesh.operate' })) return undefined;
    access.require(principal, { action: 'meeting.create' });
    return access.ownerOf(principal);
  }
}
