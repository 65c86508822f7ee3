import { randomUUID } from 'node:crypto';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Publish, Track } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Access } from '../access/access.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Connected } from './connected.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import { principalOf } from './principal.ts';

export interface TracksDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'publish' | 'unpublish' | 'setMuted'>;
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

/** What a participant publishes. */
export class Tracks {
  readonly #deps: TracksDeps;

  constructor(deps: TracksDeps) {
    this.#deps = deps;
  }

  /** Returns the id of the new track. Errors: FORBIDDEN, TRACK_LIMIT_REACHED, INVALID_MEDIA_PARAMETERS, SESSION_NOT_FOUND, STATE_UNAVAILABLE. */
  async publish({ room, session }: Connected, { kind, source, rtpParameters, muted }: Publish): Promise<string> {
    const { meetingId, participantId, media } = session;
    this.#deps.access.require(principalOf(session), { action: 'track.publish', meeting: { id: meetingId } });
    if (kind === TrackKind.UNSPECIFIED || kindOfSource[source] !== kind) {
      throw new CanopyError('INVALID_MEDIA_PARAMETERS', 'The kind does not fit the source.');
    }
    const mine = room.state.tracks.filter((track) => track.participantId === participantId);
    if (mine.some((track) => track.source === source)) throw new CanopyError('TRACK_LIMIT_REACHED');
    const id = randomUUID();
    const track: Track = { id, participantId, kind, source, muted, originEdgeId: media.edgeId };
    await this.#deps.media.publishTrack(media.edgeId, {
      meetingId,
      participantId,
      trackId: id,
      kind,
      source,
      rtpParameters,
      muted,
    });
    try {
      room.changed(await this.#deps.store.publish(meetingId, track));
    } catch (error) {
      this.#undo({ room, session }, id);
      throw error;
    }
    return id;
  }

  /** Errors: TRACK_NOT_FOUND, STATE_UNAVAILABLE. */
  async unpublish(connected: Connected, trackId: string): Promise<void> {
    const { meetingId, participantId, media } = connected.session;
    this.#requireOwn(connected, trackId);
    await this.#deps.media.unpublishTrack(media.edgeId, { meetingId, participantId, trackId });
    connected.room.changed(await this.#deps.store.unpublish(meetingId, participantId, trackId));
  }

  /** Errors: TRACK_NOT_FOUND, STATE_UNAVAILABLE. */
  async setMuted(connected: Connected, trackId: string, muted: boolean): Promise<void> {
    const { meetingId, participantId, media } = connected.session;
    this.#requireOwn(connected, trackId);
    await this.#deps.media.setTrackMuted(media.edgeId, { meetingId, participantId, trackId, muted });
    connected.room.changed(await this.#deps.store.setMuted(meetingId, participantId, trackId, muted));
  }

  #requireOwn({ room, session }: Connected, trackId: string): void {
    const track = room.state.tracks.find(({ id }) => id === trackId);
    if (track === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    const meeting = { id: session.meetingId };
    const ownerId = track.participantId;
    this.#deps.access.require(principalOf(session), { action: 'track.change', meeting, ownerId });
  }

  /** The track is on the edge, and in the store nobody knows: a store that answered too late may have it all the same. */
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
