import { type RtpParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { mediaLimits } from '../../core/media/limits.ts';
import { inBackground } from '../background.ts';
import { LocalFeed } from '../cascade/local-feed.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { NeededLayers } from './needed-layers.ts';
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

export interface PublishingOptions {
  edgeId: string;
  meetings: Meetings;
  sessions: Sessions;
  neededLayers: Pick<NeededLayers, 'tell'>;
  clock: Clock;
  logger: Logger;
}

/** What participants on this edge publish. */
export class Publishing {
  readonly #options: PublishingOptions;

  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  /** Throws SESSION_NOT_FOUND, FORBIDDEN (attendees), TRACK_LIMIT_REACHED, INVALID_MEDIA_PARAMETERS. Publishing twice is publishing once. */
  publish(request: PublishRequest): Promise<void> {
    const { meetingId, participantId, trackId } = request;
    const { meetings, sessions, neededLayers, logger } = this.#options;
    return sessions.inOrder(meetingId, participantId, () =>
      meetings.with(meetingId, async (meeting) => {
        const session = meeting.session(participantId);
        if (session.published.has(trackId)) return;
        const feed = await this.#produce(session, request);
        session.published.set(trackId, feed);
        feed.facts.on('ended', () => session.published.delete(trackId));
        feed.facts.on('asked', () => neededLayers.tell({ meetingId, participantId, trackId, feed }));
        meeting.tracks.publish(trackId, feed);
        if (request.kind === TrackKind.AUDIO) {
          const listening = meeting.speakers.listen(session.router, trackId, feed.producer);
          inBackground(logger, 'listening to who speaks', listening);
        }
        if (request.source === TrackSource.MICROPHONE) meeting.hushing.add(session.router, feed);
      }),
    );
  }

  unpublish(meetingId: string, participantId: string, trackId: string): Promise<void> {
    const { meetings, sessions } = this.#options;
    return sessions.inOrder(meetingId, participantId, async () => {
      meetings.get(meetingId)?.sessions.get(participantId)?.published.get(trackId)?.release();
    });
  }

  /** Throws SESSION_NOT_FOUND, TRACK_NOT_FOUND. */
  setMuted(meetingId: string, participantId: string, trackId: string, muted: boolean): Promise<void> {
    const { meetings, sessions } = this.#options;
    return sessions.inOrder(meetingId, participantId, async () => {
      const feed = meetings.session(meetingId, participantId).published.get(trackId);
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
    const { edgeId, clock } = this.#options;
    return new LocalFeed({ edgeId, producer, workerIndex, source, muted, clock });
  }
}
