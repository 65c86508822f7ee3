import { type RtpParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { mediaLimits } from '../../core/media/limits.ts';
import { inBackground } from '../background.ts';
import { LocalFeed } from '../cascade/local-feed.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A track to publish, its parameters checked. */
export interface PublishRequest {
  meetingId: string;
  participantId: string;
  trackId: string;
  kind: TrackKind;
  source: TrackSource;
  rtpParameters: RtpParameters;
  muted: boolean;
}

/** What participants on this edge publish. */
export class Publishing {
  readonly #edgeId: string;
  readonly #meetings: Meetings;
  readonly #sessions: Sessions;
  readonly #logger: Logger;

  constructor(edgeId: string, meetings: Meetings, sessions: Sessions, logger: Logger) {
    this.#edgeId = edgeId;
    this.#meetings = meetings;
    this.#sessions = sessions;
    this.#logger = logger;
  }

  /** Throws SESSION_NOT_FOUND, FORBIDDEN (attendees), TRACK_LIMIT_REACHED, INVALID_MEDIA_PARAMETERS. Publishing twice is publishing once. */
  publish(request: PublishRequest): Promise<void> {
    const { meetingId, participantId, trackId } = request;
    return this.#sessions.inOrder(meetingId, participantId, () =>
      this.#meetings.with(meetingId, async (meeting) => {
        const session = meeting.session(participantId);
        if (session.published.has(trackId)) return;
        const feed = await this.#produce(session, request);
        session.published.set(trackId, feed);
        feed.facts.on('ended', () => session.published.delete(trackId));
        meeting.tracks.publish(trackId, feed);
        if (request.kind === TrackKind.AUDIO) {
          const listening = meeting.speakers.listen(session.router, trackId, feed.producer);
          inBackground(this.#logger, 'listening to who speaks', listening);
        }
        if (request.source === TrackSource.MICROPHONE) meeting.hushing.add(session.router, feed);
      }),
    );
  }

  unpublish(meetingId: string, participantId: string, trackId: string): Promise<void> {
    return this.#sessions.inOrder(meetingId, participantId, async () => {
      this.#meetings.get(meetingId)?.sessions.get(participantId)?.published.get(trackId)?.release();
    });
  }

  /** Throws SESSION_NOT_FOUND, TRACK_NOT_FOUND. */
  setMuted(meetingId: string, participantId: string, trackId: string, muted: boolean): Promise<void> {
    return this.#sessions.inOrder(meetingId, participantId, async () => {
      const feed = this.#meetings.session(meetingId, participantId).published.get(trackId);
      if (feed === undefined) throw new CanopyError('TRACK_NOT_FOUND');
      feed.setMuted(muted);
    });
  }

  async #produce(session: Session, { kind, source, rtpParameters, muted }: PublishRequest): Promise<LocalFeed> {
    if (session.send === undefined) throw new CanopyError('FORBIDDEN');
    if (session.published.size >= mediaLimits.tracksPerParticipant) throw new CanopyError('TRACK_LIMIT_REACHED');
    const producer = await session.send.produce({ kind, rtpParameters, paused: muted });
    if (session.closed) {
      producer.close();
      throw new CanopyError('SESSION_NOT_FOUND');
    }
    const { workerIndex } = session;
    return new LocalFeed({ edgeId: this.#edgeId, producer, workerIndex, source, muted });
  }
}
