import type { Participant } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { canPublish, type RoleName, roleOfWire, wireRole } from '../../core/meeting/roles.ts';
import { isLastHost } from '../../core/meeting/succession.ts';
import type { Access } from '../access/access.ts';
import type { LiveAccess } from '../access/live.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Room } from '../events/room.ts';
import type { Push } from '../events/room-member.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from '../planning/planning.ts';
import type { AttendanceNotes } from './attendance-notes.ts';
import type { Family } from './family.ts';
import type { LiveSession } from './live-session.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

export interface RolesDeps {
  access: Pick<Access, 'require'>;
  live: LiveAccess;
  attendance: Pick<AttendanceNotes, 'roleChanged'>;
  store: Pick<MeetingStateStore, 'participant' | 'session' | 'setRole' | 'keepRole'>;
  family: Pick<Family, 'everybody'>;
  planning: Pick<Planning, 'ensure' | 'shrinkSoon'>;
  media: Pick<EdgeMedia, 'setPublishing'>;
  rooms(): Rooms;
  logger: Logger;
}

/**
 * Gives participants other roles while they are in a meeting. Nobody's media is interrupted by it: who may publish now gets
 * a send transport beside what it receives over, who may no more loses it.
 */
export class Roles {
  readonly #deps: RolesDeps;

  constructor(deps: RolesDeps) {
    this.#deps = deps;
  }

  /** Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, PARTICIPANT_NOT_FOUND, MEETING_FULL, FORBIDDEN, LAST_HOST, STATE_UNAVAILABLE. */
  async change(principal: Principal, meetingId: string, participantId: string, to: RoleName): Promise<Participant> {
    const { live, meeting } = await this.#deps.live.present(principal, meetingId);
    // Who keeps no order in it learns by this of nobody who is in it.
    this.#deps.access.require(live, { action: 'meeting.rule', meeting });
    const participant = await this.#deps.store.participant(meetingId, participantId);
    if (participant === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    const from = roleOfWire(participant.role);
    this.#deps.access.require(live, { action: 'role.change', meeting, from, to });
    // Who holds a key of the meeting's owner can name a host at any time; those in the meeting could not any more.
    if (live.kind !== 'participant' || from !== 'host' || to === 'host')
      return await this.give(meeting, participantId, to);
    const requireAnother = () => this.#requireAnotherHost(meetingId, participantId, live.participantId);
    await requireAnother();
    const changed = await this.give(meeting, participantId, to);
    try {
      // Others may have stepped down or left in the same moment.
      await requireAnother();
    } catch (error) {
      await this.give(meeting, participantId, 'host');
      throw error;
    }
    return changed;
  }

  /** A host makes somebody else host, and becomes a cohost. Errors: MEETING_NOT_FOUND, MEETING_ENDED, PARTICIPANT_NOT_FOUND, MEETING_FULL, FORBIDDEN, STATE_UNAVAILABLE. */
  async transferHost(principal: Principal, meetingId: string, participantId: string): Promise<void> {
    const request = (meeting: Meeting) => ({ action: 'host.transfer' as const, meeting });
    const meeting = await this.#deps.live.requireRunning(principal, meetingId, request);
    await this.give(meeting, participantId, 'host');
    if (principal.kind !== 'participant' || principal.participantId === participantId) return;
    const { participantId: own } = principal;
    await this.give(meeting, own, 'cohost');
    // Who was to be host may be gone, or away: then there are two, if they come back.
    if (isLastHost(await this.#deps.family.everybody(meetingId), own, own)) await this.give(meeting, own, 'host');
  }

  /** Asks nobody. What is given in a breakout room is kept in the main meeting as well, for that is where somebody joins again. Errors: PARTICIPANT_NOT_FOUND, MEETING_FULL, STATE_UNAVAILABLE. */
  async give(
    { id: meetingId, parentId }: Pick<Meeting, 'id' | 'parentId'>,
    participantId: string,
    to: RoleName,
  ): Promise<Participant> {
    const change = await this.#deps.store.setRole(meetingId, participantId, to);
    this.#deps.rooms().changed(meetingId, change);
    this.#deps.logger.info({ meetingId, participantId, role: to }, 'role changed');
    if (!canPublish(to)) await this.#silence(meetingId, participantId);
    if (parentId !== undefined) await this.#deps.store.keepRole(parentId, participantId, to);
    this.#deps.attendance.roleChanged(meetingId, participantId, to);
    return change.now;
  }

  /** Somebody connected here has another role: what its session may send follows, and it is told. */
  follow(room: Room, session: LiveSession, before: RoleName): void {
    const { meetingId, participantId } = session;
    const told = room.push(session.connectionId, () => this.#follow(session, before));
    told.catch((error: unknown) => {
      // It joins again, as what it is now.
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'a session could not follow a role');
      room.dismiss('SESSION_NOT_FOUND', (one) => one === session);
    });
  }

  async #follow({ meetingId, participantId, profile, media, role }: LiveSession, before: RoleName): Promise<Push> {
    const roleChanged = { role: wireRole(role), sendTransport: undefined };
    const publishes = canPublish(role);
    if (publishes === canPublish(before)) return { roleChanged };
    const { sendTransport } = await this.#deps.media.setPublishing(media.edgeId, {
      meetingId,
      participantId,
      canPublish: publishes,
      dtlsParameters: media.client.dtlsParameters,
    });
    if (publishes) await this.#deps.planning.ensure(meetingId, profile, 'role', { edgeId: media.edgeId, publishes });
    else this.#deps.planning.shrinkSoon(meetingId, 'role');
    return { roleChanged: { ...roleChanged, sendTransport } };
  }

  async #requireAnotherHost(meetingId: string, participantId: string, askerId: string): Promise<void> {
    if (isLastHost(await this.#deps.family.everybody(meetingId), participantId, askerId))
      throw new CanopyError('LAST_HOST');
  }

  /** At once, whether or not some replica has a connection of it. */
  async #silence(meetingId: string, participantId: string): Promise<void> {
    const session = await this.#deps.store.session(meetingId, participantId);
    if (session === undefined) return;
    const request = { meetingId, participantId, canPublish: false, dtlsParameters: undefined };
    try {
      await this.#deps.media.setPublishing(session.edgeId, request);
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'an edge did not hear of a role');
    }
  }
}
