import { TrackSource } from '@canopy/proto/media';
import { Moderation } from '@canopy/proto/moderation';
import { AudienceGroup, LeaveReason, type MeetingEvent, type Track } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import type { ModerationName } from '../../core/access/moderation.ts';
import { doorOf, type Meeting } from '../../core/meeting/meeting.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import type { LiveAccess } from '../access/live.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { LobbyStore } from '../entry/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Departing } from '../session/departing.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Bans, NetworkHash } from './ports.ts';
import type { Rules } from './rules.ts';

export interface ModeratingDeps {
  live: LiveAccess;
  store: Pick<MeetingStateStore, 'participant' | 'session' | 'read' | 'setMuted' | 'unpublish' | 'tell'>;
  media: Pick<EdgeMedia, 'setTrackMuted' | 'unpublishTrack'>;
  departing: Pick<Departing, 'remove'>;
  rules: Pick<Rules, 'change'>;
  bans: Pick<Bans, 'add'>;
  networkHash: NetworkHash;
  lobbies: Pick<LobbyStore, 'unadmit'>;
  rooms: Rooms;
  logger: Logger;
}

/** Tracks silenced at the same time. */
const mostAtOnce = 16;

const wireNames = {
  mute: Moderation.MUTE,
  'ask-to-unmute': Moderation.ASK_TO_UNMUTE,
  'stop-camera': Moderation.STOP_CAMERA,
  'stop-screen': Moderation.STOP_SCREEN,
  remove: Moderation.REMOVE,
  ban: Moderation.BAN,
} as const satisfies Record<ModerationName, Moderation>;

/** What hosts and cohosts do to others. It takes effect on the server, at once and for everybody; who it is done to is told by whom. */
export class Moderating {
  readonly #deps: ModeratingDeps;

  constructor(deps: ModeratingDeps) {
    this.#deps = deps;
  }

  /** Errors: MEETING_NOT_FOUND, MEETING_ENDED, PARTICIPANT_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE, EDGE_UNREACHABLE. */
  async moderate(
    principal: Principal,
    meetingId: string,
    participantId: string,
    moderation: ModerationName,
  ): Promise<void> {
    const meeting = await this.#require(principal, meetingId, participantId);
    this.#deps.logger.info({ meetingId, participantId, moderation }, 'a participant was moderated');
    switch (moderation) {
      case 'mute':
        await this.#muteTracks(meetingId, await this.#tracks(meetingId, TrackSource.MICROPHONE, participantId));
        break;
      case 'stop-camera':
        await this.#muteTracks(meetingId, await this.#tracks(meetingId, TrackSource.CAMERA, participantId));
        break;
      case 'stop-screen':
        await this.#stopScreen(meetingId, participantId);
        break;
      case 'remove':
        return await this.#remove(meeting, participantId, LeaveReason.REMOVED);
      case 'ban':
        return await this.#ban(meeting, participantId);
      case 'ask-to-unmute':
        break;
    }
    await this.#tell(principal, meetingId, [participantId], moderation);
  }

  /** Mutes everybody but hosts and whoever asks for it, and says whether they may unmute themselves. Errors: MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, STATE_UNAVAILABLE. */
  async muteAll(principal: Principal, meetingId: string, mayUnmute: boolean): Promise<void> {
    // The rule first: who unmutes in between stays muted.
    await this.#deps.rules.change(principal, meetingId, { mayUnmute });
    const { participants, tracks } = await this.#deps.store.read(meetingId);
    const self = principal.kind === 'participant' ? principal.participantId : undefined;
    const others = participants.filter(({ id, role }) => id !== self && roleOfWire(role) !== 'host');
    const otherIds = new Set(others.map(({ id }) => id));
    const heard = tracks.filter(
      ({ source, muted, participantId }) => source === TrackSource.MICROPHONE && !muted && otherIds.has(participantId),
    );
    await this.#muteTracks(meetingId, heard);
    await this.#tell(
      principal,
      meetingId,
      heard.map(({ participantId }) => participantId),
      'mute',
    );
  }

  async #require(principal: Principal, meetingId: string, participantId: string): Promise<Meeting> {
    await this.#deps.live.requireRunning(principal, meetingId, (meeting) => ({ action: 'meeting.rule', meeting }));
    const target = await this.#deps.store.participant(meetingId, participantId);
    if (target === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    return await this.#deps.live.require(principal, meetingId, (meeting) => ({
      action: 'participant.moderate',
      meeting,
      target: { id: participantId, role: roleOfWire(target.role) },
    }));
  }

  async #tracks(meetingId: string, source: TrackSource, participantId: string): Promise<Track[]> {
    const { tracks } = await this.#deps.store.read(meetingId);
    return tracks.filter((track) => track.participantId === participantId && track.source === source && !track.muted);
  }

  #muteTracks(meetingId: string, tracks: readonly Track[]): Promise<void> {
    return inTurns(tracks, mostAtOnce, async ({ id: trackId, participantId, originEdgeId }) => {
      const muted = { meetingId, participantId, trackId, muted: true };
      await this.#unlessGone(() => this.#deps.media.setTrackMuted(originEdgeId, muted));
      await this.#unlessGone(async () => {
        this.#deps.rooms.changed(meetingId, await this.#deps.store.setMuted(meetingId, participantId, trackId, true));
      });
    });
  }

  async #stopScreen(meetingId: string, participantId: string): Promise<void> {
    const { tracks } = await this.#deps.store.read(meetingId);
    const screen = tracks.filter(
      (track) =>
        track.participantId === participantId &&
        (track.source === TrackSource.SCREEN || track.source === TrackSource.SCREEN_AUDIO),
    );
    await inTurns(screen, mostAtOnce, async ({ id: trackId, originEdgeId }) => {
      const track = { meetingId, participantId, trackId };
      await this.#unlessGone(() => this.#deps.media.unpublishTrack(originEdgeId, track));
      await this.#unlessGone(async () => {
        this.#deps.rooms.changed(meetingId, await this.#deps.store.unpublish(meetingId, participantId, trackId));
      });
    });
  }

  async #ban(meeting: Meeting, participantId: string): Promise<void> {
    const session = await this.#deps.store.session(meeting.id, participantId);
    const networkHash = session && this.#deps.networkHash(doorOf(meeting), session.client.address);
    await this.#deps.bans.add(doorOf(meeting), { participantId, userId: session?.userId, networkHash });
    await this.#remove(meeting, participantId, LeaveReason.BANNED);
  }

  async #remove(meeting: Meeting, participantId: string, reason: LeaveReason): Promise<void> {
    await this.#deps.lobbies.unadmit(doorOf(meeting), participantId);
    await this.#deps.departing.remove(meeting.id, participantId, reason);
  }

  async #tell(
    principal: Principal,
    meetingId: string,
    participantIds: string[],
    moderation: ModerationName,
  ): Promise<void> {
    if (participantIds.length === 0) return;
    const byParticipantId = principal.kind === 'participant' ? principal.participantId : '';
    const by = await this.#deps.store.participant(meetingId, byParticipantId);
    const event: MeetingEvent = {
      moderated: { moderation: wireNames[moderation], byParticipantId, byName: by?.name ?? '' },
      audience: { group: AudienceGroup.UNSPECIFIED, participantIds },
    };
    this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, [event]));
  }

  /** A track that ended meanwhile is as silent as it should be. */
  async #unlessGone(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { code } = CanopyError.from(error);
      if (code !== 'TRACK_NOT_FOUND' && code !== 'SESSION_NOT_FOUND') throw error;
    }
  }
}
