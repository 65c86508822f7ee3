import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  CloseSessionRequest,
  EdgeState,
  OpenSessionRequest,
  PublishTrackRequest,
  SetSubscriptionsRequest,
  SetSubscriptionsResponse,
  TrackTarget,
} from '@canopy/proto/edge_media';
import type { ConsumerParameters } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';

export interface FakeSession {
  request: OpenSessionRequest;
  /** By track id. */
  consumers: Map<string, ConsumerParameters>;
  /** What is received, by track id. */
  targets: Map<string, TrackTarget>;
  tracks: Map<string, PublishTrackRequest>;
  resumed: Set<string>;
  iceRestarts: number;
}

type Who = Pick<OpenSessionRequest, 'meetingId' | 'participantId'>;

/** Media sessions without media, one per meeting and participant, that open, subscribe and close as those of an edge do. */
export class FakeSessions {
  readonly #sessions = new Map<string, FakeSession>();

  get size(): number {
    return this.#sessions.size;
  }

  get(who: Who): FakeSession | undefined {
    return this.#sessions.get(key(who));
  }

  /** Errors: SESSION_NOT_FOUND. */
  find(who: Who): FakeSession {
    const session = this.get(who);
    if (session === undefined) throw new CanopyError('SESSION_NOT_FOUND');
    return session;
  }

  ofMeeting(meetingId: string): FakeSession[] {
    return [...this.#sessions.values()].filter(({ request }) => request.meetingId === meetingId);
  }

  /** A client that asks again has the session it had. */
  open(request: OpenSessionRequest): FakeSession {
    const asked = {
      request,
      consumers: new Map(request.targets.map((target) => [trackOf(target), consumer(target, false)])),
      targets: targetsById(request.targets),
    };
    const known = this.get(request);
    const goesOn =
      known !== undefined &&
      request.anew !== true &&
      isDeepStrictEqual(known.request.dtlsParameters, request.dtlsParameters);
    const session = goesOn
      ? Object.assign(known, asked)
      : { ...asked, tracks: new Map(), resumed: new Set<string>(), iceRestarts: 0 };
    this.#sessions.set(key(request), session);
    return session;
  }

  /** Errors: SESSION_NOT_FOUND. */
  subscribe(request: SetSubscriptionsRequest): SetSubscriptionsResponse {
    const session = this.find(request);
    const { consumers } = session;
    session.targets = targetsById(request.targets);
    const wanted = new Set(request.targets.map(trackOf));
    const removedConsumerIds: string[] = [];
    for (const [trackId, { consumerId }] of consumers) {
      if (wanted.has(trackId)) continue;
      consumers.delete(trackId);
      removedConsumerIds.push(consumerId);
    }
    const added = request.targets
      .filter((target) => !consumers.has(trackOf(target)))
      .map((target) => consumer(target, true));
    for (const made of added) consumers.set(made.trackId, made);
    return { added, removedConsumerIds, refused: [] };
  }

  /** Whichever there is, or the one that was opened so. */
  close({ openingId, ...who }: CloseSessionRequest): void {
    if (openingId === undefined || openingId === this.get(who)?.request.openingId) this.forget(who);
  }

  closeMeeting(meetingId: string): void {
    for (const { request } of this.ofMeeting(meetingId)) this.forget(request);
  }

  forget(who: Who): void {
    this.#sessions.delete(key(who));
  }

  clear(): void {
    this.#sessions.clear();
  }

  /** As an edge tells of them, `connected` or not, all of them. */
  told(connected: boolean): EdgeState['sessions'] {
    return [...this.#sessions.values()].map(({ request, consumers, tracks }) => ({
      meetingId: request.meetingId,
      participantId: request.participantId,
      worker: 0,
      consumers: consumers.size,
      trackIds: [...tracks.keys()],
      connected,
      openingId: request.openingId,
    }));
  }
}

function key({ meetingId, participantId }: Who): string {
  return `${meetingId} ${participantId}`;
}

function targetsById(targets: readonly TrackTarget[]): Map<string, TrackTarget> {
  return new Map(targets.map((target) => [trackOf(target), target]));
}

function trackOf(target: TrackTarget): string {
  return target.want?.trackId ?? '';
}

function consumer(target: TrackTarget, paused: boolean): ConsumerParameters {
  return { consumerId: randomUUID(), trackId: trackOf(target), kind: target.kind, rtpParameters: undefined, paused };
}
