import type { Participant } from '@canopy/proto/signal';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { BreakoutRecords } from '../breakouts/ports.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

export interface FamilyDeps {
  store: Pick<MeetingStateStore, 'read'>;
  meetings: Pick<MeetingRecords, 'find'>;
  breakouts: Pick<BreakoutRecords, 'find'>;
}

/** Somebody on stage, and in which meeting of the family. */
export type Relative = Participant & { where: Pick<Meeting, 'id' | 'parentId'> };

/** A meeting and its breakout rooms, which have their hosts in common. */
export class Family {
  readonly #deps: FamilyDeps;

  constructor(deps: FamilyDeps) {
    this.#deps = deps;
  }

  /** Everybody on stage: those in the meeting first, then those of the meetings beside it. Errors: STATE_UNAVAILABLE. */
  async everybody(meetingId: string): Promise<Relative[]> {
    const main = (await this.#deps.meetings.find(meetingId))?.parentId ?? meetingId;
    const rooms = (await this.#deps.breakouts.find(main))?.rooms ?? [];
    const family = new Set([meetingId, main, ...rooms.map(({ id }) => id)]);
    const inEach = await Promise.all(
      [...family].map(async (id) => {
        const { participants } = await this.#deps.store.read(id);
        const where = { id, parentId: id === main ? undefined : main };
        return participants.map((participant) => ({ ...participant, where }));
      }),
    );
    return inEach.flat();
  }
}
