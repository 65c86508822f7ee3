import { longestDoorMessage } from '@canopy/proto/conversation';
import { WaitingEnd, type WaitingPerson } from '@canopy/proto/moderation';
import { AudienceGroup } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import { doorOf, type Meeting } from '../../core/meeting/meeting.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Lobby } from './lobby.ts';
import type { LobbyStore } from './ports.ts';

export interface DoorkeepingDeps {
  live: LiveAccess;
  lobby: Lobby;
  lobbies: LobbyStore;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Rooms;
}

/** What hosts and cohosts do with those who wait at the door. A breakout room has none of its own: from there they keep that of its main meeting. */
export class Doorkeeping {
  readonly #deps: DoorkeepingDeps;

  constructor(deps: DoorkeepingDeps) {
    this.#deps = deps;
  }

  /** Errors: MEETING_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE. */
  async list(principal: Principal, meetingId: string): Promise<readonly WaitingPerson[]> {
    const main = doorOf(await this.#deps.live.require(principal, meetingId, manage));
    await this.#deps.lobby.purge(main);
    return await this.#deps.lobbies.list(main);
  }

  /** Lets in those named, or everybody if none is named; of those named, who went away meanwhile is passed over. Errors: MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, PARTICIPANT_NOT_FOUND (none of those named waits, or was let in before), STATE_UNAVAILABLE. */
  async admit(principal: Principal, meetingId: string, participantIds: readonly string[]): Promise<void> {
    const main = await this.#require(principal, meetingId);
    const named = participantIds.length > 0 ? participantIds : await this.#everybody(main);
    const taken = await this.#deps.lobbies.take(main, named, true);
    if (participantIds.length > 0 && taken.length === 0 && !(await this.#isAnyAdmitted(main, named)))
      throw new CanopyError('PARTICIPANT_NOT_FOUND');
    await this.#deps.lobby.left(main, taken, WaitingEnd.ADMITTED);
  }

  /** Errors: MEETING_NOT_FOUND, MEETING_ENDED, PARTICIPANT_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE. */
  async deny(principal: Principal, meetingId: string, participantId: string): Promise<void> {
    const main = await this.#require(principal, meetingId);
    const taken = await this.#deps.lobbies.take(main, [participantId], false);
    if (taken.length === 0) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    await this.#deps.lobby.left(main, taken, WaitingEnd.DENIED);
  }

  /** A line for those who wait, and for who comes to wait later; an empty one takes away what was said before. Errors: MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, STATE_UNAVAILABLE. */
  async say(principal: Principal, meetingId: string, text: string): Promise<void> {
    const main = await this.#require(principal, meetingId);
    const cleaned = cleanText(text, longestDoorMessage);
    await this.#deps.lobbies.setText(main, cleaned);
    const audience = { group: AudienceGroup.MANAGERS, participantIds: [] };
    const told = await this.#deps.store.tell(main, [{ waitingTold: { text: cleaned }, audience }]);
    this.#deps.rooms.changed(main, told);
  }

  /** Returns the meeting whose door it is. */
  async #require(principal: Principal, meetingId: string): Promise<string> {
    return doorOf(await this.#deps.live.requireRunning(principal, meetingId, manage));
  }

  /** Another host may have been quicker. */
  async #isAnyAdmitted(meetingId: string, participantIds: readonly string[]): Promise<boolean> {
    const admitted = participantIds.map((id) => this.#deps.lobbies.isAdmitted(meetingId, id));
    return (await Promise.all(admitted)).includes(true);
  }

  async #everybody(meetingId: string): Promise<string[]> {
    return (await this.#deps.lobbies.list(meetingId)).map(({ participantId }) => participantId);
  }
}

function manage(meeting: Meeting) {
  return { action: 'lobby.manage', meeting } as const;
}
