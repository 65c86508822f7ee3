import { type ConsumerParameters, TrackKind } from '@canopy/proto/media';
import {
  type Edge,
  type IceRestarted,
  type Joined,
  type Migrate,
  type Publish,
  type Published,
  Role,
  type RoleChanged,
  type Track,
} from '@canopy/proto/signal';
import { type Clock, pause } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Device } from 'mediasoup-client/types';
import type { MediaEncryption } from '../e2ee/meeting-encryption.ts';
import { connectedFor } from '../signal/connected-for.ts';
import type { SignalConnection } from '../signal/signal-connection.ts';
import { Subscriptions } from '../subscriptions.ts';
import { IceRecovery } from './ice-recovery.ts';
import type { DtlsIdentity } from './identity.ts';
import { LocalTracks } from './local-tracks.ts';
import { MediaSession, type MediaState, type SessionOffer } from './media-session.ts';
import { isLoss, leftBehind, Migration } from './migration.ts';
import { RemoteTracks } from './remote-tracks.ts';
import type { SentTrack } from './sent-encodings.ts';
import { untilConnected } from './until-connected.ts';

export interface MeetingMediaParts {
  connection: SignalConnection;
  device: Device;
  identity: DtlsIdentity;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  encryption?: MediaEncryption | undefined;
}

type MeetingMediaEvents = {
  stateChanged: MediaState;
  /** All media goes over another edge now. */
  moved: Edge | undefined;
};

/** A track that moves is announced again so long after the server could not take it just then. */
const retryMs = 1_000;

/** So long the pictures of another meeting are waited for once media flows there. */
const pictureMs = 2_000;

/** Those for which nothing works any more on the session that is to be left. */
/** All media of one participant: what they publish and receive outlives the session, and moves with it from edge to edge. */
export class MeetingMedia {
  readonly events = new Emitter<MeetingMediaEvents>();
  readonly local: LocalTracks;
  readonly remote: RemoteTracks;
  readonly subscriptions: Subscriptions;
  readonly #parts: MeetingMediaParts;
  readonly #ice: IceRecovery;
  #session: MediaSession;
  /** The one opened last: while moving, where to. */
  #latest: MediaSession;
  #migration: Migration | undefined;
  /** The server has not heard yet that a move is complete. */
  #owesMigrated = false;

  /** @param isMuted whether a track that others publish is muted */
  constructor(parts: MeetingMediaParts, joined: Joined, isMuted: (trackId: string) => boolean) {
    const { connection, clock, random } = parts;
    const request: SignalConnection['request'] = (message) => connection.request(message);
    this.#parts = parts;
    this.local = new LocalTracks(request, () => connection.state === 'connected', clock);
    this.remote = new RemoteTracks({ clock, request, isMuted });
    this.remote.events.on('failed', ({ trackId, error }) =>
      console.warn(`canopy: the browser could not receive track ${trackId}`, error),
    );
    this.subscriptions = new Subscriptions({
      clock,
      random,
      subscribe: async (wants) => required((await request({ subscribe: { wants } })).subscribed),
      has: (trackId) => this.remote.has(trackId),
      onAnswer: ({ added, removedConsumerIds }) => {
        // In this order: a track that comes another way is not gone in between.
        void this.#try(this.remote.add(this.#session, added));
        this.remote.remove(removedConsumerIds);
      },
    });
    this.#ice = new IceRecovery({
      clock,
      restart: () => void this.#try(this.#askForIceRestart()),
      suspect: () => void this.#try(connection.request({ mediaUnreachable: {} })),
      giveUp: () => connection.rejoin(new CanopyError('EDGE_UNREACHABLE')),
    });
    this.#session = this.#open(joined);
    this.#latest = this.#session;
  }

  get state(): MediaState {
    return this.#session.state;
  }

  /** The edge that media goes over; while moving, where to. */
  get latestEdge(): Edge | undefined {
    return this.#latest.edge;
  }

  /** What a lost session brought is on its way over another one: that nothing plays says nothing of the network. */
  get recovering(): boolean {
    return this.#migration?.recovers === true;
  }

  /** A new session takes the place of one that is lost. */
  replaceSession(joined: Joined): void {
    this.#endMigration();
    this.#owesMigrated = false;
    this.#ice.stop();
    this.remote.leave(this.#session);
    this.#session.close();
    this.#session = this.#open(joined);
    this.#latest = this.#session;
  }

  /** The server prepared another session. Everything moves there while the present one still works; whoever looks and listens notices nothing. */
  migrate(offer: Migrate): void {
    this.#endMigration();
    void this.#try(this.#migrate(offer));
  }

  /** Everything begins anew in another meeting, while what was received plays on until pictures are there, or there are none to come. */
  async transfer(joined: Joined): Promise<void> {
    const from = this.#session;
    this.#endMigration();
    this.#owesMigrated = false;
    this.#ice.stop();
    this.subscriptions.disconnected();
    this.subscriptions.forget();
    const to = this.#open(joined);
    this.#session = to;
    this.#latest = to;
    this.events.emit('moved', to.edge);
    void this.#try(this.local.reconcile(to, []));
    const receiving = this.remote.add(to, joined.consumers);
    void this.#try(receiving);
    const sends = to.canSend && [...this.local.wanted.values()].some(({ media }) => media !== null);
    if (sends || joined.consumers.length > 0) await untilConnected(to, this.#parts.clock);
    await this.#pictures(receiving, joined.consumers);
    this.remote.leave(from);
    from.close();
    // By a resume or another move it is there already, and what is wanted is of this meeting.
    if (to !== this.#session || this.#migration !== undefined || this.subscriptions.online) return;
    this.subscriptions.forget();
    if (this.#parts.connection.state === 'connected') this.subscriptions.connected(false);
  }

  /** Resolves when the pictures are there that are being received, or that took too long. Sounds may be silent for a reason. */
  async #pictures(receiving: Promise<unknown>, consumers: readonly ConsumerParameters[]): Promise<void> {
    const trackIds = consumers.filter(({ kind }) => kind === TrackKind.VIDEO).map(({ trackId }) => trackId);
    if (trackIds.length === 0) return;
    const there = Promise.allSettled([receiving]).then(() => this.remote.delivering(trackIds));
    await Promise.race([there, pause(this.#parts.clock, pictureMs)]);
  }

  /** What may be sent changed; what is received goes on untouched. */
  roleChanged({ role, sendTransport }: RoleChanged): void {
    const session = this.#latest;
    if (sendTransport !== undefined) session.startSending(sendTransport);
    if (role !== Role.ATTENDEE) return;
    this.local.clear();
    for (const one of new Set([this.#session, session])) one.stopSending();
  }

  /** The server has made ready what `joined` brought: receive it, and publish again what was published. */
  joined(consumers: readonly ConsumerParameters[], own: readonly Track[]): void {
    void this.#try(this.local.reconcile(this.#session, own));
    void this.#try(this.remote.add(this.#session, consumers));
    this.subscriptions.connected(false);
  }

  /** The session goes on: make good what the lost connection swallowed. `own` is what the server believes this participant publishes; `sameStream` as {@link LocalTracks.resumed} takes it. */
  resumed(ice: IceRestarted | undefined, own: readonly Track[], sameStream: boolean): void {
    if (ice !== undefined) void this.#try(this.#latest.restartIce(ice));
    void this.#try(this.local.resumed(own, sameStream));
    if (this.#owesMigrated) void this.#try(this.#tellMigrated());
    void this.#try(this.remote.announceReady());
    if (this.#migration?.phase !== 'swapping') this.subscriptions.connected(true);
  }

  /** Has media look for another way without the server, which may be out of reach. False when it is on its way to another edge. Failing is fine. */
  regather(): boolean {
    if (this.#migration !== undefined) return false;
    void this.#try(this.#latest.regather());
    return true;
  }

  /** Has media look for a way anew, unless it is on its way to another edge. Failing is fine. */
  revive(): void {
    if (this.#migration === undefined) void this.#try(this.#askForIceRestart());
  }

  getStats(): ReturnType<MediaSession['getStats']> {
    return this.#session.getStats();
  }

  /** The own tracks that these statistics are of. */
  get sending(): SentTrack[] {
    return this.local.sentOver(this.#session);
  }

  close(): void {
    this.#endMigration();
    this.#ice.stop();
    this.subscriptions.disconnected();
    this.local.close();
    this.remote.close();
    this.#session.close();
  }

  #open(offer: SessionOffer): MediaSession {
    const { device, identity, encryption } = this.#parts;
    const publish = (track: Publish) => this.#publish(track, session);
    const session: MediaSession = new MediaSession({ device, identity, offer, publish, encryption });
    session.events.on('stateChanged', () => {
      if (session === this.#session) this.#stateChanged();
    });
    return session;
  }

  /** Announces a track that is sent over a session, and returns its id. */
  async #publish(publish: Publish, session: MediaSession): Promise<string> {
    const { trackId } = await this.#announce(publish, session);
    if (session === this.#latest) return trackId;
    // The answer came after an offer of another session, and concerns that, where nothing of the kind arrives.
    await this.#parts.connection.request({ unpublish: { trackId } });
    throw new CanopyError('STATE_UNAVAILABLE');
  }

  /** A track that moves is announced until there is an answer: when that is lost, nobody knows whether it has moved, and announcing it twice is announcing it once. */
  async #announce(publish: Publish, session: MediaSession): Promise<Published> {
    const { connection, clock } = this.#parts;
    for (;;) {
      try {
        return required((await connection.request({ publish })).published);
      } catch (error) {
        const mayRepeat = publish.trackId !== '' && CanopyError.from(error).retryable;
        if (!mayRepeat || connection.state === 'closed') throw error;
        await connectedFor(connection, connection.state === 'connected' ? retryMs : 0, clock);
        if (session !== this.#latest) throw error;
      }
    }
  }

  #stateChanged(): void {
    const { state } = this.#session;
    // The server has given up the session that is being left: nothing can be restarted there.
    if (this.#migration?.phase !== 'swapping') this.#ice.update(state);
    this.events.emit('stateChanged', state);
  }

  async #migrate(offer: Migrate): Promise<void> {
    const { clock, connection } = this.#parts;
    const { local, remote } = this;
    const from = this.#session;
    const to = this.#open(offer);
    this.#latest = to;
    from.lost = isLoss(offer.reason);
    const onSwapped = () => this.#swappedTo(to, leftBehind(remote.trackIds, offer));
    const migration = new Migration({ clock, connection, local, remote, from, to, onSwapped });
    this.#migration = migration;
    this.#ice.stop();
    this.subscriptions.disconnected();
    const swapped = await migration.swap(offer.consumers);
    if (swapped) await migration.follow();
    (swapped ? from : to).close();
    // Another move, or a new join, has taken over.
    if (this.#migration !== migration) return;
    this.#migration = undefined;
    if (swapped) await this.#tellMigrated();
    else {
      this.#latest = from;
      await this.#stay();
    }
  }

  /** Whoever still waits for that move hears that it is none of its business any more. */
  #endMigration(): void {
    this.#migration?.end();
    this.#migration = undefined;
  }

  #swappedTo(session: MediaSession, left: readonly string[]): void {
    this.#session = session;
    this.#stateChanged();
    this.events.emit('moved', session.edge);
    this.subscriptions.refresh(left);
    if (this.#parts.connection.state === 'connected') this.subscriptions.connected(true);
  }

  async #tellMigrated(): Promise<void> {
    this.#owesMigrated = true;
    await this.#parts.connection.request({ migrated: { edgeId: this.#session.edge?.id } });
    this.#owesMigrated = false;
  }

  /** The new session came to nothing. While the former one works the next step is the server's, which waits for `migrated` in vain; else a third edge is asked for. */
  async #stay(): Promise<void> {
    console.warn('canopy: a move to another edge failed');
    if (this.#session.state === 'connected') return;
    const { connection } = this.#parts;
    try {
      await connection.request({ mediaUnreachable: {} });
    } catch (cause) {
      connection.rejoin(new CanopyError('EDGE_UNREACHABLE', undefined, { cause }));
    }
  }

  async #askForIceRestart(): Promise<void> {
    const ice = required((await this.#parts.connection.request({ restartIce: {} })).iceRestarted);
    await this.#latest.restartIce(ice);
  }

  /** For work nobody waits for. A connection that is lost meanwhile is expected, and made good later; a session the edge doesn't know calls for a new join. */
  async #try(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (cause) {
      const error = CanopyError.from(cause);
      if (this.#parts.connection.state === 'closed') return;
      if (error.code === 'SESSION_NOT_FOUND') this.#parts.connection.rejoin(error);
      else if (!error.retryable) console.warn('canopy:', error.cause ?? error);
    }
  }
}

function required<T>(answer: T | undefined): T {
  if (answer === undefined) throw new CanopyError('MALFORMED_MESSAGE');
  return answer;
}
