import { randomUUID } from 'node:crypto';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Publish, Track } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { isEncryptable, isEncrypted } from '../../core/meeting/encryption.ts';
import { canManage } from '../../core/meeting/roles.ts';
import type { Access } from '../access/access.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Connected } from './connected.ts';
import type { LiveSession } from './live-session.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import { principalOf } from './principal.ts';

export interface TracksDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'publish' | 'unpublish' | 'setMuted' | 'moveTrack'>;
  media: Pick<EdgeMedia, 'publishTrack' | 'unpublishTrack' | 'setTrackMuted'>;
  logger: Logger;
}

const kindOfSource: Readonly<Record<TrackSource, TrackKind>> = {
  [TrackSource.UNSPECIFIED]: TrackKind.UNSPECIFIED,
  [TrackSource.MICROPHONE]: TrackKind.AUDIO,
  [TrackSource.CAMERA]: TrackKind.VIDEO,
  [TrackSource.SCREEN]: TrackKind.VIDEO,
  [TrackSource.SCREEN_AUDIO]: TrackKind.AUDIO,
};

/** Where nobody may unmute themselves, hosts and cohosts do, and who was asked to. Errors: UNMUTE_FORBIDDEN. */
function requireMayBeHeard({ profile, role, askedToUnmute }: LiveSession, source: TrackSource): void {
  const free = profile.settings.mayUnmute !== false || canManage(role) || askedToUnmute === true;
  if (source === TrackSource.MICROPHONE && !free) throw new CanopyError('UNMUTE_FORBIDDEN');
}

/** What could not be encrypted end to end would be readable on its way. Errors: INVALID_MEDIA_PARAMETERS. */
function requireEncryptable({ profile }: LiveSession, { rtpParameters }: Publish): void {
  if (isEncrypted(profile) && !(rtpParameters && isEncryptable(rtpParameters)))
    throw new CanopyError('INVALID_MEDIA_PARAMETERS', 'A meeting with end-to-end encryption takes Opus and VP8.');
}

/** What a participant publishes. */
export class Tracks {
  readonly #deps: TracksDeps;

  constructor(deps: TracksDeps) {
    this.#deps = deps;
  }

  /** Returns the id of the track: a new one, or the one that `trackId` says moves. Errors: FORBIDDEN, TRACK_LIMIT_REACHED, TRACK_NOT_FOUND, UNMUTE_FORBIDDEN, INVALID_MEDIA_PARAMETERS, SESSION_NOT_FOUND, STATE_UNAVAILABLE. */
  async publish(connected: Connected, request: Publish): Promise<string> {
    const { meetingId } = connected.session;
    const principal = principalOf(connected.session);
    this.#deps.access.require(principal, { action: 'track.publish', meeting: { id: meetingId } });
    if (request.kind === TrackKind.UNSPECIFIED || kindOfSource[request.source] !== request.kind) {
      throw new CanopyError('INVALID_MEDIA_PARAMETERS', 'The kind does not fit the source.');
    }
    requireEncryptable(connected.session, request);
    // What is heard already goes on.
    const isHeard = connected.room.state.tracks.some(({ id, muted }) => id === request.trackId && !muted);
    if (!request.muted && !isHeard) requireMayBeHeard(connected.session, request.source);
    return await (request.trackId === '' ? this.#publishNew(connected, request) : this.#moveHere(connected, request));
  }

  async #publishNew({ room, session }: Connected, request: Publish): Promise<string> {
    const { meetingId, participantId, media } = session;
    const { kind, source, muted } = request;
    const mine = room.state.tracks.filter((track) => track.participantId === participantId);
    if (mine.some((track) => track.source === source)) throw new CanopyError('TRACK_LIMIT_REACHED');
    const id = randomUUID();
    const track: Track = { id, participantId, kind, source, muted, originEdgeId: media.edgeId };
    try {
      await this.#produce(session, id, request);
      room.changed(await this.#deps.store.publish(meetingId, track));
    } catch (error) {
      this.#undo({ room, session }, id);
      throw error;
    }
    return id;
  }

  /** The track's media comes from the present session from now on; the session before goes on sending it for those who have not swapped yet. */
  async #moveHere(connected: Connected, request: Publish): Promise<string> {
    const { room, session } = connected;
    const { trackId, kind, source, muted } = request;
    const track = this.#requireOwn(connected, trackId);
    if (track.kind !== kind || track.source !== source) {
      throw new CanopyError('INVALID_MEDIA_PARAMETERS', 'The track has another kind or source.');
    }
    await this.#produce(session, trackId, request);
    const { meetingId, participantId, media } = session;
    room.changed(await this.#deps.store.moveTrack(meetingId, participantId, trackId, media.edgeId, muted));
    return trackId;
  }

  async #produce({ meetingId, participantId, media }: LiveSession, trackId: string, request: Publish): Promise<void> {
    const { kind, source, rtpParameters, muted } = request;
    const track = { meetingId, participantId, trackId, kind, source, rtpParameters, muted };
    await this.#deps.media.publishTrack(media.edgeId, track);
  }

  /** Errors: TRACK_NOT_FOUND, STATE_UNAVAILABLE. */
  async unpublish(connected: Connected, trackId: string): Promise<void> {
    const { meetingId, participantId, move, media } = connected.session;
    this.#requireOwn(connected, trackId);
    const edgeIds = new Set([media.edgeId, ...(move === undefined ? [] : [move.from.edgeId])]);
    const undone = [...edgeIds].map((id) => this.#deps.media.unpublishTrack(id, { meetingId, participantId, trackId }));
    const results = await Promise.allSettled(undone);
    // An edge that is being left may be dead: its copy dies with it.
    const [present] = results;
    if (present?.status === 'rejected') throw present.reason;
    connected.room.changed(await this.#deps.store.unpublish(meetingId, participantId, trackId));
  }

  /** Errors: TRACK_NOT_FOUND, UNMUTE_FORBIDDEN, STATE_UNAVAILABLE. */
  async setMuted(connected: Connected, trackId: string, muted: boolean): Promise<void> {
    const { meetingId, participantId } = connected.session;
    const { originEdgeId, source } = this.#requireOwn(connected, trackId);
    if (!muted) requireMayBeHeard(connected.session, source);
    await this.#deps.media.setTrackMuted(originEdgeId, { meetingId, participantId, trackId, muted });
    connected.room.changed(await this.#deps.store.setMuted(meetingId, participantId, trackId, muted));
  }

  #requireOwn({ room, session }: Connected, trackId: string): Track {
    const track = room.state.tracks.find(({ id }) => id === trackId);
    if (track === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    const meeting = { id: session.meetingId };
    const ownerId = track.participantId;
    this.#deps.access.require(principalOf(session), { action: 'track.change', meeting, ownerId });
    return track;
  }

  /** Whether the track is on the edge, and in the store, nobody knows: who answered too late may have it all the same. */
  #undo({ room, session }: Pick<Connected, 'room' | 'session'>, trackId: string): void {
    const { meetingId, participantId, media } = session;
    const undo = async () => {
      await this.#deps.media.unpublishTrack(media.edgeId, { meetingId, participantId, trackId });
      room.changed(await this.#deps.store.unpublish(meetingId, participantId, trackId));
    };
    undo().catch((error: unknown) => {
      const gone = error instanceof CanopyError && error.code === 'TRACK_NOT_FOUND';
      if (!gone) this.#deps.logger.warn({ err: error, meetingId, participantId, trackId }, 'a track was not undone');
    });
  }
}
