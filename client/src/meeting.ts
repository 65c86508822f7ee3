import type { TrackSource, TrackWant } from '@canopy/proto/media';
import type { Edge, Joined, MeetingEvent, Resumed, StreamPosition, Track } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Device } from 'mediasoup-client/types';
import type { VideoCodec } from './media/encodings.ts';
import { IceRecovery } from './media/ice-recovery.ts';
import type { DtlsIdentity } from './media/identity.ts';
import { LocalTracks } from './media/local-tracks.ts';
import { MediaSession } from './media/media-session.ts';
import { RemoteTracks } from './media/remote-tracks.ts';
import { receivedLevel, SpeakerMonitor } from './media/speaker-monitor.ts';
import type { SpeakerLevel } from './media/speakers.ts';
import type { MeetingView } from './meeting-view.ts';
import { browserNetwork, watchNetwork } from './network-watch.ts';
import type { ConnectionState, SignalConnection } from './signal/signal-connection.ts';
import { applyEvent, fromSnapshot, type MeetingState } from './state/meeting-state.ts';
import { Subscriptions } from './subscriptions.ts';

export type MeetingEvents = {
  /** Anything in the view changed. */
  stateChanged: MeetingView;
  trackSubscribed: { trackId: string; track: MediaStreamTrack };
  trackUnsubscribed: { trackId: string };
  connectionChanged: ConnectionState;
  /** Ids of the participants heard right now. */
  activeSpeakers: readonly string[];
  /** A track could not be published again after a reconnection. */
  publishFailed: { source: TrackSource; error: CanopyError };
  /** The last event; MEETING_ENDED when the host ended it. */
  ended: CanopyError;
};

export interface PublishOptions {
  /** Default false. */
  muted?: boolean;
  /** Video only. Default VP8, which every viewer can decode. */
  codec?: VideoCodec;
}

/** What a Meeting is built from; `joinMeeting` puts it together. */
export interface MeetingParts {
  connection: SignalConnection;
  device: Device;
  identity: DtlsIdentity;
  clock: Clock;
  random: () => number;
}

/** A participant's presence in one meeting, from the join to the end. Lost connections, changed networks and replaced edges are dealt with inside: the application sees `reconnecting` and then goes on. */
export class Meeting {
  readonly events = new Emitter<MeetingEvents>();
  readonly #parts: MeetingParts;
  readonly #local: LocalTracks;
  readonly #remote: RemoteTracks;
  readonly #subscriptions: Subscriptions;
  readonly #ice: IceRecovery;
  readonly #speakers: SpeakerMonitor;
  readonly #stopWatchingNetwork: () => void;
  #session: MediaSession;
  #state: MeetingState;
  #view: MeetingView;
  #networkChanged = false;

  constructor(parts: MeetingParts, joined: Joined) {
    const { connection, clock, random } = parts;
    const request: SignalConnection['request'] = (message) => connection.request(message);
    this.#parts = parts;
    this.#local = new LocalTracks(request, () => connection.state === 'connected');
    this.#remote = new RemoteTracks(request);
    this.#subscriptions = new Subscriptions({
      clock,
      random,
      subscribe: async (wants) => {
        const { subscribed } = await request({ subscribe: { wants } });
        if (subscribed === undefined) throw new CanopyError('MALFORMED_MESSAGE');
        return subscribed;
      },
      has: (trackId) => this.#remote.has(trackId),
      onAnswer: ({ added, removedConsumerIds }) => {
        this.#remote.remove(removedConsumerIds);
        void this.#try(this.#remote.add(added));
      },
    });
    this.#ice = new IceRecovery({
      clock,
      restart: () => void this.#try(this.#restartIce()),
      giveUp: () => connection.rejoin(new CanopyError('EDGE_UNREACHABLE')),
    });
    this.#speakers = new SpeakerMonitor(
      clock,
      () => this.#levels(),
      (ids) => this.#heard(ids),
    );
    this.#stopWatchingNetwork = watchNetwork(browserNetwork(), () => {
      this.#networkChanged = true;
      connection.reconnectNow();
    });
    this.#state = fromSnapshot(snapshotOf(joined));
    this.#session = this.#openSession(joined);
    this.#view = {
      ...viewOf(this.#state),
      connection: connection.state,
      media: 'connecting',
      self: selfOf(joined, this.#local),
      received: new Map(),
      activeSpeakers: new Set(),
    };
    this.#listen();
    this.#settle(joined.consumers, false);
  }

  /** Everything there is to show, as of now. */
  get view(): MeetingView {
    return this.#view;
  }

  /** Where a resume takes up: the last event seen, and whether media needs new ICE parameters. */
  get resumePoint(): { position: StreamPosition; restartIce: boolean } {
    return {
      position: this.#state.position,
      restartIce: this.#networkChanged || this.#session.state === 'interrupted',
    };
  }

  /** Publishes a track, or replaces the one of the same source. Media `null` keeps a muted track without sending anything. The media track stays the caller's to stop. Rejects with FORBIDDEN, TRACK_LIMIT_REACHED or INVALID_MEDIA_PARAMETERS. */
  publish(source: TrackSource, media: MediaStreamTrack | null, options: PublishOptions = {}): Promise<void> {
    return this.#local.set({ source, media, muted: options.muted ?? false, codec: options.codec ?? 'VP8' });
  }

  unpublish(source: TrackSource): Promise<void> {
    return this.#local.remove(source);
  }

  /** Takes effect here at once, and for everybody else when the promise settles. */
  async setMuted(source: TrackSource, muted: boolean): Promise<void> {
    const track = this.#local.wanted.get(source);
    if (track !== undefined) await this.#local.set({ ...track, muted });
  }

  /** Declares the tracks to receive and the size, in device pixels, each is shown at. Replaces what was declared before. */
  setSubscriptions(wants: readonly TrackWant[]): void {
    this.#subscriptions.set(wants);
  }

  /** The edges a track crosses to get here, its publisher's first. Rejects with TRACK_NOT_FOUND. */
  async trackPath(trackId: string): Promise<Edge[]> {
    const { path } = await this.#parts.connection.request({ getTrackPath: { trackId } });
    return path?.edges ?? [];
  }

  /** WebRTC statistics of both directions, for diagnostics. */
  getStats(): Promise<{ send?: RTCStatsReport; receive: RTCStatsReport }> {
    return this.#session.getStats();
  }

  /** Media ends when the server knows that this is a departure and no accident, after a second at most. */
  async leave(): Promise<void> {
    await this.#parts.connection.leave();
    this.#close();
  }

  #listen(): void {
    const { connection } = this.#parts;
    connection.events.on('joined', (joined) => this.#rejoined(joined));
    connection.events.on('resumed', (resumed) => this.#resumed(resumed));
    connection.events.on('pushed', (push) =>
      'event' in push ? this.#apply(push.event) : this.#adopt(fromSnapshot(push.snapshot)),
    );
    connection.events.on('ended', (reason) => this.#ended(reason));
    connection.events.on('stateChanged', (state) => {
      if (state !== 'connected') this.#subscriptions.disconnected();
      this.#update({ connection: state });
      this.events.emit('connectionChanged', state);
    });
    this.#local.events.on('changed', (published) => this.#update({ self: { ...this.#view.self, published } }));
    this.#local.events.on('failed', (failure) => this.events.emit('publishFailed', failure));
    this.#remote.events.on('subscribed', ({ trackId, media }) => {
      this.#update({ received: new Map(this.#view.received).set(trackId, media) });
      this.events.emit('trackSubscribed', { trackId, track: media });
    });
    this.#remote.events.on('unsubscribed', ({ trackId }) => {
      const received = new Map(this.#view.received);
      received.delete(trackId);
      this.#update({ received });
      this.events.emit('trackUnsubscribed', { trackId });
    });
  }

  /** A new session on some edge: everything published and received moves over. (Here a planned move will connect beside the old session before it closes that.) */
  #rejoined(joined: Joined): void {
    this.#session.close();
    this.#ice.stop();
    this.#state = fromSnapshot(snapshotOf(joined));
    this.#session = this.#openSession(joined);
    this.#update({ ...viewOf(this.#state), media: 'connecting', self: selfOf(joined, this.#local) });
    this.#settle(joined.consumers, false);
  }

  #resumed({ snapshot, events, ice }: Resumed): void {
    if (snapshot !== undefined) this.#adopt(fromSnapshot(snapshot));
    for (const event of events) this.#apply(event);
    this.#networkChanged = false;
    if (ice !== undefined) void this.#try(this.#session.restartIce(ice));
    this.#settle([], true);
  }

  /** Brings what this side wants together with what the server has, after a join or a resume. */
  #settle(consumers: Joined['consumers'], sameSession: boolean): void {
    const own = [...this.#state.tracks.values()].filter((track) => this.#isOwn(track));
    // The connection tells its state after this; requests made now would be refused.
    queueMicrotask(() => {
      void this.#try(this.#local.reconcile(this.#session, own));
      void this.#try(sameSession ? this.#remote.announceReady() : this.#remote.add(consumers));
      this.#subscriptions.connected(sameSession);
    });
  }

  #openSession(joined: Joined): MediaSession {
    const { device, identity, connection } = this.#parts;
    const session = new MediaSession({
      device,
      identity,
      joined,
      publish: async (publish) => {
        const { published } = await connection.request({ publish });
        if (published === undefined) throw new CanopyError('MALFORMED_MESSAGE');
        return published.trackId;
      },
    });
    this.#remote.attach(session);
    session.events.on('stateChanged', (media) => {
      if (session !== this.#session) return;
      this.#ice.update(media);
      this.#update({ media });
    });
    return session;
  }

  #apply(event: MeetingEvent): void {
    const { state, outdated } = applyEvent(this.#state, event);
    // The stream was begun anew: a resume brings the snapshot that this state needs.
    if (outdated) this.#parts.connection.reconnectNow();
    this.#adopt(state);
    if (state.ended) this.#ended(new CanopyError('MEETING_ENDED'));
  }

  #adopt(state: MeetingState): void {
    if (state === this.#state) return;
    const gone = [...this.#state.tracks.keys()].filter((trackId) => !state.tracks.has(trackId));
    this.#state = state;
    for (const trackId of gone) this.#remote.removeTrack(trackId);
    this.#update(viewOf(state));
  }

  async #restartIce(): Promise<void> {
    const session = this.#session;
    const { iceRestarted } = await this.#parts.connection.request({ restartIce: {} });
    if (iceRestarted !== undefined && session === this.#session) await session.restartIce(iceRestarted);
  }

  #ended(reason: CanopyError): void {
    if (this.#view.connection === 'closed') return;
    this.#close();
    void this.#parts.connection.leave();
    this.#update({ connection: 'closed' });
    this.events.emit('ended', reason);
  }

  #close(): void {
    this.#stopWatchingNetwork();
    this.#speakers.stop();
    this.#ice.stop();
    this.#subscriptions.disconnected();
    this.#local.close();
    this.#remote.close();
    this.#session.close();
  }

  #levels(): SpeakerLevel[] {
    return this.#remote.receiving.flatMap(({ trackId, media, receiver }) => {
      const participantId = this.#state.tracks.get(trackId)?.participantId;
      if (participantId === undefined || media.kind !== 'audio') return [];
      return [{ participantId, level: receivedLevel(receiver) }];
    });
  }

  #heard(participantIds: string[]): void {
    this.#update({ activeSpeakers: new Set(participantIds) });
    this.events.emit('activeSpeakers', participantIds);
  }

  #isOwn(track: Track): boolean {
    return track.participantId === this.#view.self.participantId;
  }

  #update(change: Partial<MeetingView>): void {
    this.#view = { ...this.#view, ...change };
    this.events.emit('stateChanged', this.#view);
  }

  /** For work nobody waits for. A connection that is lost meanwhile is expected, and repaired elsewhere; a session the edge doesn't know calls for a new join. */
  async #try(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (cause) {
      const error = CanopyError.from(cause);
      if (error.code === 'SESSION_NOT_FOUND') this.#parts.connection.rejoin(error);
      else if (!error.retryable) console.warn('canopy:', error.cause ?? error);
    }
  }
}

function viewOf({ meetingId, title, participants, tracks }: MeetingState) {
  return { meetingId, title, participants, tracks };
}

function selfOf({ participantId, role, edge }: Joined, local: LocalTracks): MeetingView['self'] {
  return { participantId, role, edge, published: local.wanted };
}

function snapshotOf({ meeting }: Joined) {
  if (meeting === undefined) throw new CanopyError('MALFORMED_MESSAGE');
  return meeting;
}
