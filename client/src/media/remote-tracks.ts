import type { ConsumerParameters } from '@canopy/proto/media';
import { Emitter } from '@canopy/runtime/emitter';
import type { Consumer } from 'mediasoup-client/types';
import type { Request } from '../signal/request-socket.ts';
import type { MediaSession } from './media-session.ts';

/** A track that is being received. */
export interface ReceivedTrack {
  trackId: string;
  media: MediaStreamTrack;
  receiver: RTCRtpReceiver | undefined;
}

type RemoteTracksEvents = {
  subscribed: ReceivedTrack;
  unsubscribed: { trackId: string };
  /** The browser could not receive it. */
  failed: { trackId: string; error: unknown };
};

/** The tracks a participant receives on one session, one consumer each. */
export class RemoteTracks {
  readonly events = new Emitter<RemoteTracksEvents>();
  readonly #request: (request: Request) => Promise<unknown>;
  readonly #consumers = new Map<string, Consumer>();
  /** Tracks whose consumer is wanted: it is being made, or exists. By track id, the id of the consumer. */
  readonly #expected = new Map<string, string>();
  /** Consumers that the server holds back until it hears that they are ready. */
  readonly #unannounced = new Set<string>();
  #session: MediaSession | undefined;

  constructor(request: (request: Request) => Promise<unknown>) {
    this.#request = request;
  }

  has(trackId: string): boolean {
    return this.#expected.has(trackId);
  }

  get receiving(): ReceivedTrack[] {
    return [...this.#consumers.values()].map(received);
  }

  /** Starts over on another session: what was received on the previous one ends. */
  attach(session: MediaSession): void {
    for (const trackId of this.#expected.keys()) this.removeTrack(trackId);
    this.#unannounced.clear();
    this.#session = session;
  }

  async add(parameters: readonly ConsumerParameters[]): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    for (const { trackId, consumerId } of parameters) {
      this.removeTrack(trackId);
      this.#expected.set(trackId, consumerId);
    }
    await Promise.all(parameters.map((each) => this.#tryReceive(session, each)));
    await this.announceReady();
  }

  /** Tells the server which consumers are ready; called again when a connection that may have swallowed it is back. */
  async announceReady(): Promise<void> {
    const consumerIds = [...this.#unannounced];
    if (consumerIds.length === 0) return;
    await this.#request({ consumersReady: { consumerIds } });
    for (const id of consumerIds) this.#unannounced.delete(id);
  }

  remove(consumerIds: readonly string[]): void {
    const gone = new Set(consumerIds);
    for (const [trackId, consumerId] of this.#expected) {
      if (gone.has(consumerId)) this.removeTrack(trackId);
    }
  }

  removeTrack(trackId: string): void {
    const consumerId = this.#expected.get(trackId);
    if (consumerId === undefined) return;
    this.#expected.delete(trackId);
    this.#unannounced.delete(consumerId);
    const consumer = this.#consumers.get(trackId);
    if (consumer === undefined) return;
    this.#consumers.delete(trackId);
    consumer.close();
    this.events.emit('unsubscribed', { trackId });
  }

  close(): void {
    for (const trackId of this.#expected.keys()) this.removeTrack(trackId);
  }

  async #tryReceive(session: MediaSession, parameters: ConsumerParameters): Promise<void> {
    try {
      await this.#receive(session, parameters);
    } catch (error) {
      const { trackId, consumerId } = parameters;
      if (this.#expected.get(trackId) !== consumerId) return;
      this.#expected.delete(trackId);
      this.events.emit('failed', { trackId, error });
    }
  }

  async #receive(session: MediaSession, parameters: ConsumerParameters): Promise<void> {
    const { trackId, consumerId, paused } = parameters;
    const consumer = await session.receive(parameters);
    // It may have been given up, or replaced, while it was being made.
    if (this.#expected.get(trackId) !== consumerId) return consumer.close();
    this.#consumers.set(trackId, consumer);
    if (paused) this.#unannounced.add(consumerId);
    this.events.emit('subscribed', received(consumer));
  }
}

function received({ producerId, track, rtpReceiver }: Consumer): ReceivedTrack {
  return { trackId: producerId, media: track, receiver: rtpReceiver };
}
