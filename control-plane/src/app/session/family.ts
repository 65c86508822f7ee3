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

/** Somebody who is listed, as whoever keeps order is, and in which meeting of the family. */
export type Relative = Participant & { where: Pick<Meeting, 'id' | 'parentId'> };

/** A meeting and its breakout rooms, which have their hosts in common. */
export class Family {
  readonly #deps: FamilyDeps;

  constructor(deps: FamilyDeps) {
    this.#deps = deps;
  }

  /** Everybody who is listed: those in the meeting first, then those of the meetings beside it. Errors: STATE_UNAVAILABLE. */
  async everybody(meetingId: string): Promise<Relative[]> {
    const main = (await this.#deps.meetings.find(meetingId))?.parentId ?? meetingId;
    const rooms = (await this.#deps.breakouts.find(main))?.rooms ?? [];
    const family = new Set([meetingId, main, ...rooms.map(({ id }) => id)]);
    const inEach = [...family].map((id) => this.#in({ id, parentId: id === main ? undefined : main }));
    return (await Promise.all(inEach)).flat();
  }

  /** Everybody who is listed in the breakout rooms of a main meeting. Errors: STATE_UNAVAILABLE. */
  async inRooms(mainId: string): Promise<Relative[]> {
    const rooms = (await this.#deps.breakouts.find(mainId))?.rooms ?? [];
    return (await Promise.all(rooms.map(({ id }) => this.#in({ id, parentId: mainId })))).flat();
  }

  async #in(where: Relative['where']): Promise<Relative[]> {
    const { participants } = await this.#deps.store.read(where.id);
    return participants.map((participant) => ({ ...participant, where }));
  }
}
