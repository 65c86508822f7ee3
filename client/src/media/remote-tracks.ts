import type { ConsumerParameters } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import type { Request } from '../signal/request-socket.ts';
import { type PlayedSources, quietnessOf, type ReceivingConsumer, untilFlowing } from './flow.ts';
import { type Pair, StandbyWatch } from './standby.ts';

/** What the server did not take is told again after so long. */
const announceAgainMs = 1_000;

/** The part of a session that receives. */
export interface TrackReceiver {
  /** Nothing comes over it any more. It is soon closed as a whole: each consumer closed before costs a negotiation, while the browser is busy with what takes its place. */
  readonly lost: boolean;
  receive(parameters: ConsumerParameters): Promise<ReceivingConsumer>;
}

/** A track that is being received. */
export interface ReceivedTrack {
  trackId: string;
  media: MediaStreamTrack;
  receiver: PlayedSources | undefined;
}

type RemoteTracksEvents = {
  /** It can be shown; or it comes another way from now on, and this media takes the place of the former. */
  subscribed: ReceivedTrack;
  unsubscribed: { trackId: string };
  /** The browser could not receive it. */
  failed: { trackId: string; error: unknown };
};

export interface RemoteTracksOptions {
  clock: Clock;
  request: (request: Request) => Promise<unknown>;
  isMuted: (trackId: string) => boolean;
}

/** One way for a track to get here: a consumer on one session. */
interface Way {
  readonly consumerId: string;
  readonly session: TrackReceiver;
  /** Absent while it is being made. */
  consumer?: ReceivingConsumer;
  /** A second consumer, silent until the edge lets it speak in place of the first. */
  standby?: ReceivingConsumer;
  /** The server closed it. What came last stays in view until another way takes over. */
  ended?: true;
  /** Given up, or closed after use. */
  readonly over: AbortController;
  /** Shown, or over. */
  readonly settled: PromiseWithResolvers<void>;
}

/** The way that is shown, and the one that takes over with its first frame. At least one of them exists. */
interface Ways {
  shown?: Way | undefined;
  next?: Way | undefined;
}

/** The tracks a participant receives. A track that is received already may begin to come another way, over the same session or another one: the old one plays until the new one does. */
export class RemoteTracks {
  readonly events = new Emitter<RemoteTracksEvents>();
  readonly #options: RemoteTracksOptions;
  readonly #tracks = new Map<string, Ways>();
  /** Consumers that the server holds back until it hears that they are ready. */
  readonly #unannounced = new Set<string>();
  /** Sessions over which something came in place of what was shown. */
  readonly #delivering = new WeakSet<TrackReceiver>();
  readonly #standbys: StandbyWatch;
  #cancelAnnouncing = () => {};

  constructor(options: RemoteTracksOptions) {
    this.#options = options;
    this.#standbys = new StandbyWatch(
      options.clock,
      () => this.#pairs(),
      (trackId) => this.#switch(trackId),
    );
  }

  /** It is received or about to be. */
  has(trackId: string): boolean {
    return this.#tracks.has(trackId);
  }

  /** Those that are received or about to be. */
  get trackIds(): Iterable<string> {
    return this.#tracks.keys();
  }

  get receiving(): ReceivedTrack[] {
    return [...this.#tracks].flatMap(([trackId, { shown }]) =>
      shown?.consumer === undefined ? [] : [received(trackId, shown.consumer)],
    );
  }

  /** Receives tracks on a session. Resolves when all consumers are made; what was received before may go on a little. */
  async add(session: TrackReceiver, parameters: readonly ConsumerParameters[]): Promise<void> {
    const ways = new Map<string, Way>();
    for (const each of parameters) if (!each.backup) ways.set(each.trackId, this.#expect(session, each));
    await Promise.all(
      parameters.flatMap((each) => {
        const way = ways.get(each.trackId);
        if (way === undefined) return [];
        return [each.backup ? this.#receiveStandby(each, way) : this.#receive(each, way)];
      }),
    );
    await this.announceReady();
  }

  /** Resolves when no track waits to come another way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#tracks.values()].map(({ next }) => next?.settled.promise));
  }

  /** Resolves when each of these tracks that is shown by now delivers, or is not going to. */
  async delivering(trackIds: readonly string[]): Promise<void> {
    const { clock, isMuted } = this.#options;
    await Promise.all(
      trackIds.map(async (trackId) => {
        const shown = this.#tracks.get(trackId)?.shown;
        if (shown?.consumer === undefined) return;
        await untilFlowing({
          clock,
          consumer: shown.consumer,
          signal: shown.over.signal,
          isMuted: () => isMuted(trackId),
        });
      }),
    );
  }

  /** Tells the server which consumers are ready; called again when a connection that may have swallowed it is back. */
  async announceReady(): Promise<void> {
    const consumerIds = [...this.#unannounced];
    if (consumerIds.length === 0) return;
    this.#unannounced.clear();
    try {
      await this.#options.request({ consumersReady: { consumerIds } });
    } catch (error) {
      const ways = [...this.#tracks.values()].flatMap(({ shown, next }) => [shown?.consumerId, next?.consumerId]);
      for (const id of consumerIds) if (ways.includes(id)) this.#unannounced.add(id);
      if (this.#unannounced.size > 0) this.#announceAgainLater();
      throw error;
    }
  }

  #announceAgainLater(): void {
    this.#cancelAnnouncing();
    this.#cancelAnnouncing = this.#options.clock.after(announceAgainMs, () => {
      this.announceReady().catch((error: unknown) => console.debug('canopy: the server does not know yet', error));
    });
  }

  /** The server closed these consumers. */
  remove(consumerIds: readonly string[]): void {
    const gone = new Set(consumerIds);
    for (const [trackId, ways] of this.#tracks) {
      if (ways.shown !== undefined && gone.has(ways.shown.consumerId)) ways.shown.ended = true;
      if (ways.next !== undefined && gone.has(ways.next.consumerId)) this.#giveUpNext(ways);
      this.#removeIfDead(trackId, ways);
    }
  }

  removeTrack(trackId: string): void {
    const ways = this.#tracks.get(trackId);
    if (ways === undefined) return;
    this.#tracks.delete(trackId);
    this.#giveUpNext(ways);
    this.#endShown(trackId, ways);
  }

  /** Something is shown that comes over this session. */
  comesOver(session: TrackReceiver): boolean {
    return [...this.#tracks.values()].some(({ shown }) => shown?.session === session);
  }

  /** Ends whatever comes over this session. A track that was to come another way does so now, first frame or not. */
  leave(session: TrackReceiver): void {
    for (const [trackId, ways] of this.#tracks) {
      if (ways.next?.session === session) this.#giveUpNext(ways);
      if (ways.shown?.session === session) {
        if (ways.next?.consumer !== undefined) this.#show(trackId, ways.next, ways.next.consumer);
        else this.#endShown(trackId, ways);
      }
      this.#removeIfDead(trackId, ways);
    }
  }

  close(): void {
    this.#cancelAnnouncing();
    this.#standbys.stop();
    for (const trackId of this.#tracks.keys()) this.removeTrack(trackId);
  }

  #expect(session: TrackReceiver, { trackId, consumerId }: ConsumerParameters): Way {
    const way: Way = { consumerId, session, over: new AbortController(), settled: Promise.withResolvers() };
    const ways = this.#tracks.get(trackId) ?? {};
    this.#giveUpNext(ways);
    ways.next = way;
    this.#tracks.set(trackId, ways);
    return way;
  }

  async #receive(parameters: ConsumerParameters, way: Way): Promise<void> {
    const { trackId, consumerId, paused } = parameters;
    try {
      const consumer = await way.session.receive(parameters);
      // It may have been given up, or replaced, while it was being made.
      if (way.over.signal.aborted) return consumer.close();
      way.consumer = consumer;
      if (paused) this.#unannounced.add(consumerId);
      void this.#takeOver(trackId, way, consumer);
    } catch (error) {
      const ways = this.#tracks.get(trackId);
      if (ways?.next !== way) return;
      this.#giveUpNext(ways);
      this.#removeIfDead(trackId, ways);
      this.events.emit('failed', { trackId, error });
    }
  }

  /** The edge itself decides when it speaks, so it is not announced. Without it the track comes all the same. */
  async #receiveStandby(parameters: ConsumerParameters, way: Way): Promise<void> {
    try {
      const consumer = await way.session.receive(parameters);
      if (way.over.signal.aborted) return consumer.close();
      way.standby = consumer;
      this.#standbys.start();
    } catch (error) {
      // The track comes all the same.
      console.debug(`canopy: the standby of track ${parameters.trackId} could not be received`, error);
    }
  }

  *#pairs(): Iterable<[string, Pair]> {
    for (const [trackId, { shown }] of this.#tracks) {
      if (shown?.consumer === undefined || shown.standby === undefined) continue;
      yield [trackId, { shown: shown.consumer, standby: shown.standby }];
    }
  }

  #switch(trackId: string): void {
    const shown = this.#tracks.get(trackId)?.shown;
    if (shown?.consumer === undefined || shown.standby === undefined) return;
    [shown.consumer, shown.standby] = [shown.standby, shown.consumer];
    this.events.emit('subscribed', received(trackId, shown.consumer));
  }

  async #takeOver(trackId: string, way: Way, consumer: ReceivingConsumer): Promise<void> {
    const { clock, isMuted } = this.#options;
    const { signal } = way.over;
    const shown = this.#tracks.get(trackId)?.shown;
    if (shown !== undefined) {
      // An edge may send a microphone to nobody while others are louder: then there is nothing to hear over either way.
      const isQuiet = quietnessOf(shown.consumer?.rtpReceiver, clock);
      const isHushed = () => consumer.track.kind === 'audio' && this.#delivering.has(way.session) && isQuiet();
      const flows = await untilFlowing({ clock, consumer, signal, isMuted: () => isMuted(trackId) || isHushed() });
      if (flows) this.#delivering.add(way.session);
    }
    this.#show(trackId, way, consumer);
  }

  #show(trackId: string, way: Way, consumer: ReceivingConsumer): void {
    const ways = this.#tracks.get(trackId);
    if (ways?.next !== way) return;
    const before = ways.shown;
    ways.shown = way;
    ways.next = undefined;
    way.settled.resolve();
    this.events.emit('subscribed', received(trackId, consumer));
    this.#end(before);
  }

  #giveUpNext(ways: Ways): void {
    this.#end(ways.next);
    ways.next = undefined;
  }

  #endShown(trackId: string, ways: Ways): void {
    if (ways.shown === undefined) return;
    this.#end(ways.shown);
    ways.shown = undefined;
    this.events.emit('unsubscribed', { trackId });
  }

  #removeIfDead(trackId: string, { shown, next }: Ways): void {
    if (next === undefined && (shown === undefined || shown.ended)) this.removeTrack(trackId);
  }

  #end(way: Way | undefined): void {
    if (way === undefined) return;
    way.over.abort();
    way.settled.resolve();
    if (!way.session.lost) {
      way.consumer?.close();
      way.standby?.close();
    }
    this.#unannounced.delete(way.consumerId);
  }
}

function received(trackId: string, { track, rtpReceiver }: ReceivingConsumer): ReceivedTrack {
  return { trackId, media: track, receiver: rtpReceiver };
}
