import type { ConsumerParameters } from '@canopy/proto/media';
import type { IceRestarted, Joined, Publish, Track } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Device } from 'mediasoup-client/types';
import type { SignalConnection } from '../signal/signal-connection.ts';
import { Subscriptions } from '../subscriptions.ts';
import { IceRecovery } from './ice-recovery.ts';
import type { DtlsIdentity } from './identity.ts';
import { LocalTracks } from './local-tracks.ts';
import { MediaSession, type MediaState } from './media-session.ts';
import { RemoteTracks } from './remote-tracks.ts';

export interface MeetingMediaParts {
  connection: SignalConnection;
  device: Device;
  identity: DtlsIdentity;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
}

/** All media of one participant: what they publish and receive outlives the session, and moves with it from edge to edge. */
export class MeetingMedia {
  readonly events = new Emitter<{ stateChanged: MediaState }>();
  readonly local: LocalTracks;
  readonly remote: RemoteTracks;
  readonly subscriptions: Subscriptions;
  readonly #parts: MeetingMediaParts;
  readonly #ice: IceRecovery;
  #session: MediaSession;

  constructor(parts: MeetingMediaParts, joined: Joined) {
    const { connection, clock, random } = parts;
    const request: SignalConnection['request'] = (message) => connection.request(message);
    this.#parts = parts;
    this.local = new LocalTracks(request, () => connection.state === 'connected');
    this.remote = new RemoteTracks(request);
    this.subscriptions = new Subscriptions({
      clock,
      random,
      subscribe: async (wants) => required((await request({ subscribe: { wants } })).subscribed),
      has: (trackId) => this.remote.has(trackId),
      onAnswer: ({ added, removedConsumerIds }) => {
        this.remote.remove(removedConsumerIds);
        void this.#try(this.remote.add(added));
      },
    });
    this.#ice = new IceRecovery({
      clock,
      restart: () => void this.#try(this.#askForIceRestart()),
      giveUp: () => connection.rejoin(new CanopyError('EDGE_UNREACHABLE')),
    });
    this.#session = this.#open(joined);
  }

  get state(): MediaState {
    return this.#session.state;
  }

  /** A new session on some edge takes the place of the old one. (A planned move will connect here beside the old session before it closes that.) */
  replaceSession(joined: Joined): void {
    this.#session.close();
    this.#ice.stop();
    this.#session = this.#open(joined);
  }

  /** The server has made ready what `joined` brought: receive it, and publish again what was published. */
  joined(consumers: readonly ConsumerParameters[], own: readonly Track[]): void {
    void this.#try(this.local.reconcile(this.#session, own));
    void this.#try(this.remote.add(consumers));
    this.subscriptions.connected(false);
  }

  /** The session goes on: make good what the lost connection swallowed. `own` is what the server believes this participant publishes. */
  resumed(ice: IceRestarted | undefined, own: readonly Track[]): void {
    if (ice !== undefined) void this.#try(this.#session.restartIce(ice));
    void this.#try(this.local.reconcile(this.#session, own));
    void this.#try(this.remote.announceReady());
    this.subscriptions.connected(true);
  }

  getStats(): ReturnType<MediaSession['getStats']> {
    return this.#session.getStats();
  }

  close(): void {
    this.#ice.stop();
    this.subscriptions.disconnected();
    this.local.close();
    this.remote.close();
    this.#session.close();
  }

  #open(joined: Joined): MediaSession {
    const { device, identity, connection } = this.#parts;
    const publish = async (track: Publish) =>
      required((await connection.request({ publish: track })).published).trackId;
    const session = new MediaSession({ device, identity, joined, publish });
    this.remote.attach(session);
    session.events.on('stateChanged', (state) => {
      if (session !== this.#session) return;
      this.#ice.update(state);
      this.events.emit('stateChanged', state);
    });
    return session;
  }

  async #askForIceRestart(): Promise<void> {
    const session = this.#session;
    const ice = required((await this.#parts.connection.request({ restartIce: {} })).iceRestarted);
    if (session === this.#session) await session.restartIce(ice);
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
