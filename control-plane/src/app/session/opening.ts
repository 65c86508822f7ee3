import { randomUUID } from 'node:crypto';
import type { OpenSessionResponse } from '@canopy/proto/edge_media';
import { firstTracks } from '@canopy/proto/first-tracks';
import type { TrackWant } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { inSpan } from '@canopy/runtime/tracing';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { canPublish, type RoleName } from '../../core/meeting/roles.ts';
import type { ClientMedia, MediaSession, SessionName } from '../../core/meeting/session.ts';
import type { PlacementDecision } from '../../core/placement/types.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import { causeOfMove } from '../../core/routing/plan-cause.ts';
import type { EdgeDirectory } from '../edges/edge-directory.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import { originOf, type Placing } from '../edges/placing.ts';
import type { Room } from '../events/room.ts';
import type { Planning } from '../planning/planning.ts';
import type { Closing } from './closing.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import type { Turn } from './turnstile.ts';
import { targetsOf } from './wire.ts';

export type OpeningStage = 'place' | 'plan' | 'open';

export interface OpeningDeps {
  store: Pick<MeetingStateStore, 'usage'>;
  placing: Pick<Placing, 'choose' | 'reserve'>;
  planning: Pick<Planning, 'ensure' | 'table'>;
  edges: Pick<EdgeDirectory, 'get'>;
  media: Pick<EdgeMedia, 'openSession'>;
  closing: Pick<Closing, 'session'>;
  clock: Clock;
  logger: Logger;
  onStage?(stage: OpeningStage, elapsedMs: number): void;
}

/** Whose session is to be opened, and what for. */
export interface OpeningRequest {
  room: Room;
  profile: MeetingProfile;
  participantId: string;
  role: RoleName;
  userId: string | undefined;
  client: ClientMedia;
  /** What it receives at once; if it did not say, what it should see first. */
  wants: readonly TrackWant[] | undefined;
  /** Edges that are not considered. */
  avoid: ReadonlySet<string>;
  /** Where it goes, if that is decided: no other edge is tried. */
  decided?: PlacementDecision;
  /** Told when there is nothing to do but to wait for an edge. */
  aside?: Turn['aside'];
  /** Given when it moves here from another session. */
  moved?: MediaSession['moved'];
}

export interface Opened {
  session: MediaSession;
  region: string;
  plan: MeetingPlan;
  response: OpenSessionResponse;
}

/** Edges tried for one session: an edge may refuse, or be gone without anyone knowing yet. */
const mostAttempts = 3;

/** Finds the edge for a participant, makes the plan lead there, and opens its media session. */
export class Opening {
  readonly #deps: OpeningDeps;

  constructor(deps: OpeningDeps) {
    this.#deps = deps;
  }

  /** Errors: NO_EDGE_AVAILABLE, INVALID_MEDIA_PARAMETERS, STATE_UNAVAILABLE. */
  async open(request: OpeningRequest): Promise<Opened> {
    const { room, profile, role, client } = request;
    const { meetingId } = room;
    const now = await this.#deps.store.usage(meetingId);
    const { usage, plan: known } = now;
    const origin = originOf(client);
    const cause = request.moved === undefined ? 'joined' : causeOfMove(request.moved.because);
    const refused = new Set(request.avoid);
    let lastError: unknown;
    for (let attempt = 0; attempt < (request.decided === undefined ? mostAttempts : 1); attempt++) {
      const decision = await this.#stage(
        'place',
        async () => request.decided ?? this.#deps.placing.choose(origin, profile, usage, known, refused),
      );
      const { edgeId } = decision;
      const edge = edgeId === undefined ? undefined : this.#deps.edges.get(edgeId)?.heartbeat;
      if (edgeId === undefined || edge === undefined) break;
      this.#deps.placing.reserve(decision, edgeId);
      const newcomer = { edgeId, publishes: canPublish(role) };
      const read = attempt === 0 ? now : undefined;
      const plan = await this.#stage('plan', () =>
        this.#deps.planning.ensure(meetingId, profile, cause, newcomer, read),
      );
      const name: SessionName = { edgeId, openingId: randomUUID() };
      try {
        const open = () => this.#openOn(name, plan, request);
        const response = await this.#stage('open', () => request.aside?.(open) ?? open());
        const placedAt = this.#deps.clock.now();
        const { userId, moved } = request;
        const session = { ...name, bootId: edge.bootId, userId, decision, placedAt, client, ...(moved && { moved }) };
        return { session, region: edge.region, plan, response };
      } catch (error) {
        if (error instanceof CanopyError && !error.retryable) throw error;
        this.#deps.logger.warn({ err: error, meetingId, edgeId }, 'an edge refused a participant');
        // It may have opened one all the same, and told too late.
        void this.#deps.closing.session(name, meetingId, request.participantId);
        lastError = error;
        refused.add(edgeId);
      }
    }
    throw new CanopyError('NO_EDGE_AVAILABLE', undefined, { cause: lastError });
  }

  /** What was answered when a session was opened, for who did not hear it. Errors: INVALID_MEDIA_PARAMETERS, STATE_UNAVAILABLE, those of the edge. */
  async again(request: OpeningRequest, session: MediaSession): Promise<Opened> {
    const { room, profile } = request;
    const plan = await this.#deps.planning.ensure(room.meetingId, profile, 'joined');
    const response = await this.#openOn(session, plan, request);
    return { session, region: this.#deps.edges.get(session.edgeId)?.heartbeat.region ?? '', plan, response };
  }

  #openOn({ edgeId, openingId }: SessionName, plan: MeetingPlan, request: OpeningRequest) {
    const { room, participantId, role, client, wants, moved } = request;
    const { tracks } = room.state;
    const others = tracks.filter((track) => track.participantId !== participantId);
    return this.#deps.media.openSession(edgeId, {
      meetingId: room.meetingId,
      participantId,
      rtpCapabilities: client.rtpCapabilities,
      dtlsParameters: client.dtlsParameters,
      acceptsBackupConsumers: client.acceptsBackupConsumers,
      chosePayloadTypes: client.chosePayloadTypes,
      anew: moved !== undefined,
      openingId,
      canPublish: canPublish(role),
      targets: targetsOf(wants ?? firstTracks(tracks, participantId), others),
      routes: this.#deps.planning.table(plan, edgeId),
    });
  }

  async #stage<T>(stage: OpeningStage, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await inSpan(`join.${stage}`, {}, work);
    } finally {
      this.#deps.onStage?.(stage, performance.now() - startedAt);
    }
  }
}
