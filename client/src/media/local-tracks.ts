import { TrackSource } from '@canopy/proto/media';
import type { NeededLayers, Track } from '@canopy/proto/signal';
import { type Clock, pause } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Producer } from 'mediasoup-client/types';
import type { Request } from '../signal/request-socket.ts';
import type { VideoCodec } from './encodings.ts';
import type { SendOptions } from './media-session.ts';
import { type EncodedProducer, SentEncodings, type SentTrack, sentTrackOf } from './sent-encodings.ts';

/** A track on its way to the edge. */
export type SentProducer = EncodedProducer & Pick<Producer, 'replaceTrack' | 'pause' | 'resume' | 'close'>;

/** The part of a session that sends. */
export interface TrackSender {
  send(media: MediaStreamTrack, options: SendOptions): Promise<SentProducer>;
}

/** What this participant wants to publish from one source. */
export interface LocalTrack {
  readonly source: TrackSource;
  /** Null while there is nothing to send, such as a camera that is switched off. */
  readonly media: MediaStreamTrack | null;
  readonly muted: boolean;
  readonly codec: VideoCodec;
}

/** What the server and the edge know of it. */
interface Sent {
  session: TrackSender;
  producer: SentProducer;
  /** Undefined after a request whose outcome is unknown. */
  muted: boolean | undefined;
}

type LocalTracksEvents = {
  changed: ReadonlyMap<TrackSource, LocalTrack>;
  /** A track could not be published again after the connection came back. */
  failed: { source: TrackSource; error: CanopyError };
};

/** What a host stops, and does not only mute. */
const screenSources: ReadonlySet<TrackSource> = new Set([TrackSource.SCREEN, TrackSource.SCREEN_AUDIO]);

/** What failed for a passing reason is tried again after this. */
const retryMs = 1_000;
/** For so long before whoever asked is told. */
const patienceMs = 10_000;

/** The tracks a participant publishes, at most one per source. The wish is kept here and carried out on whatever session there is: nothing is lost when the session is replaced, and nobody who watches misses anything when it moves. */
export class LocalTracks {
  readonly events = new Emitter<LocalTracksEvents>();
  readonly #request: (request: Request) => Promise<unknown>;
  readonly #isConnected: () => boolean;
  readonly #clock: Clock;
  readonly #queue = new KeyedQueue();
  readonly #sent = new Map<TrackSource, Sent>();
  /** After a move: what the former session still sends to those who have not followed yet. */
  readonly #outgoing = new Map<TrackSource, Sent>();
  #wanted: ReadonlyMap<TrackSource, LocalTrack> = new Map();
  #session: TrackSender | undefined;
  /** While moving: where from. */
  #former: TrackSender | undefined;
  readonly #encodings: SentEncodings;

  constructor(request: (request: Request) => Promise<unknown>, isConnected: () => boolean, clock: Clock) {
    this.#request = request;
    this.#isConnected = isConnected;
    this.#clock = clock;
    const sent = () => [...this.#sent].map(([source, { producer }]) => [source, producer] as const);
    this.#encodings = new SentEncodings(sent, clock);
  }

  get wanted(): ReadonlyMap<TrackSource, LocalTrack> {
    return this.#wanted;
  }

  /** Publishes, replaces or mutes; settles when the server agreed. Rejects with its error, if that does not pass in ten seconds, after which the track is as it was before, but for one that was muted: that stays so. */
  async set(track: LocalTrack): Promise<void> {
    const before = this.#wanted.get(track.source);
    this.#change((wanted) => wanted.set(track.source, track));
    this.#muteHere(track);
    try {
      await this.#syncPatiently(track);
    } catch (error) {
      const failure = CanopyError.from(error);
      // What a lost connection swallowed is made good when it is back.
      if (failure.retryable && !this.#isConnected()) return;
      // Something else is wished for by now.
      if (this.#wanted.get(track.source) !== track) throw failure;
      // Who is muted stays so, and the server is told until it hears.
      if (track.muted && before !== undefined) {
        this.#syncLater(track.source);
        throw failure;
      }
      this.#change((wanted) => (before === undefined ? wanted.delete(track.source) : wanted.set(track.source, before)));
      if (before !== undefined) this.#muteHere({ ...track, muted: before.muted });
      throw failure;
    }
  }

  /** Settles when the server knows, or at once while there is no connection: it hears of it when that is back. */
  async remove(source: TrackSource): Promise<void> {
    this.#change((wanted) => wanted.delete(source));
    try {
      await this.#sync(source);
    } catch (error) {
      if (!CanopyError.from(error).retryable || this.#isConnected()) throw error;
    }
  }

  /** Spares this device the layers of a track that nobody needs. What fails here is asked for again. */
  encode(needed: NeededLayers): Promise<void> {
    return this.#encodings.encode(needed);
  }

  /** Publishes nothing any more; the server has ended it already. */
  clear(): void {
    for (const [source, sent] of this.#sent) this.#forget(source, sent);
    for (const { producer } of this.#outgoing.values()) producer.close();
    this.#outgoing.clear();
    this.#change((wanted) => wanted.clear());
  }

  /** Makes the wish true after the connection was lost: on the session given, and against what the server believes is published. */
  async reconcile(session: TrackSender, published: readonly Track[]): Promise<void> {
    this.#session = session;
    this.#former = undefined;
    for (const { producer } of this.#outgoing.values()) producer.close();
    this.#outgoing.clear();
    for (const [source, sent] of this.#sent) if (sent.session !== session) this.#forget(source, sent);
    await this.resumed(published);
  }

  /** The same where what was lost is only the connection: a move that is under way goes on. `sameStream`: the server has lost nothing meanwhile, so a screen that it no longer has was stopped by a host. */
  async resumed(published: readonly Track[], sameStream = false): Promise<void> {
    const known = new Set(published.map(({ id }) => id));
    for (const [source, sent] of this.#sent) {
      if (known.has(sent.producer.id)) continue;
      if (sameStream && screenSources.has(source)) void this.stop(source);
      else this.#forget(source, sent);
    }
    const own = new Set([...this.#sent.values()].map(({ producer }) => producer.id));
    const stray = published.filter(({ id }) => !own.has(id));
    await Promise.all(stray.map(({ id }) => this.#attempt(() => this.#request({ unpublish: { trackId: id } }))));
    await this.#syncAll();
  }

  /** What the server has published of this participant, whatever events were missed. What it last agreed to send, and has muted, a host muted. After an own request whose outcome is unknown the wish stands. */
  told(published: readonly Track[]): void {
    for (const { id, source, muted } of published) {
      const sent = this.#sent.get(source);
      if (muted && sent?.producer.id === id && sent.muted === false) this.mute(source);
    }
  }

  /** A host muted it: it stays so until this participant unmutes it. The server is told as well, which may have heard of an unmuting since. */
  mute(source: TrackSource): void {
    const track = this.#wanted.get(source);
    if (track === undefined || track.muted) return;
    const muted = { ...track, muted: true };
    this.#change((wanted) => wanted.set(source, muted));
    this.#muteHere(muted);
    void this.#attempt(() => this.#sync(source), source);
  }

  /** A host stopped it: the server has ended it already. */
  async stop(source: TrackSource): Promise<void> {
    for (const sending of [this.#sent, this.#outgoing]) {
      sending.get(source)?.producer.close();
      sending.delete(source);
    }
    this.#change((wanted) => wanted.delete(source));
    // What was on its way to another session ends when it is there.
    await this.#attempt(() => this.#sync(source));
  }

  /** Publishes everything on another session too, under the ids it has. The former one goes on sending until the move is completed or taken back. */
  async moveTo(session: TrackSender): Promise<void> {
    this.#former = this.#session;
    this.#session = session;
    await this.#syncAll();
  }

  /** Something is sent over this session. */
  sendsOver(session: TrackSender): boolean {
    return this.sentOver(session).length > 0;
  }

  /** What is sent over this session, as its statistics name it. */
  sentOver(session: TrackSender): SentTrack[] {
    return [...this.#sent.values(), ...this.#outgoing.values()]
      .filter((sent) => sent.session === session)
      .map(({ producer }) => sentTrackOf(producer));
  }

  /** Ends what the former session sends. What could not be moved is published anew. */
  async completeMove(): Promise<void> {
    this.#former = undefined;
    for (const { producer } of this.#outgoing.values()) producer.close();
    this.#outgoing.clear();
    await this.#syncAll();
  }

  /** The former session is the one again. */
  takeBackMove(): void {
    this.#session = this.#former;
    this.#former = undefined;
    for (const [source, outgoing] of this.#outgoing) {
      this.#sent.get(source)?.producer.close();
      this.#sent.set(source, outgoing);
    }
    this.#outgoing.clear();
  }

  close(): void {
    this.#encodings.close();
    for (const { producer } of [...this.#sent.values(), ...this.#outgoing.values()]) producer.close();
    this.#sent.clear();
    this.#outgoing.clear();
    this.#session = undefined;
    this.#former = undefined;
  }

  async #syncAll(): Promise<void> {
    await Promise.all([...this.#wanted.keys()].map((source) => this.#attempt(() => this.#sync(source), source)));
  }

  /** An edge or a store may be away for a moment, while the connection is not. */
  async #syncPatiently(track: LocalTrack): Promise<void> {
    let isPatient = true;
    const cancel = this.#clock.after(patienceMs, () => {
      isPatient = false;
    });
    try {
      await this.#syncWhile(track, () => isPatient);
    } finally {
      cancel();
    }
  }

  async #syncWhile(track: LocalTrack, isPatient: () => boolean): Promise<void> {
    for (;;) {
      try {
        return await this.#sync(track.source);
      } catch (error) {
        const mayPass = CanopyError.from(error).retryable && this.#isConnected();
        const isWanted = this.#wanted.get(track.source) === track;
        if (!mayPass || !isWanted || !isPatient()) throw error;
      }
      await pause(this.#clock, retryMs);
    }
  }

  /** The same for what nobody waits for. */
  #syncLater(source: TrackSource): void {
    const session = this.#session;
    this.#clock.after(retryMs, () => {
      if (session !== undefined && this.#session === session) void this.#attempt(() => this.#sync(source), source);
    });
  }

  #sync(source: TrackSource): Promise<void> {
    return this.#queue.run(source, async () => {
      const session = this.#session;
      try {
        await this.#carryOut(source);
      } catch (cause) {
        // What a session that was left meanwhile can't do any more is no refusal: the one there is now may.
        throw this.#session === session ? cause : new CanopyError('STATE_UNAVAILABLE', undefined, { cause });
      }
    });
  }

  async #carryOut(source: TrackSource): Promise<void> {
    const track = this.#wanted.get(source);
    const sent = this.#sentNow(source);
    if (track === undefined) return sent && this.#unpublish(source, sent);
    if (sent === undefined) return this.#publish(track);
    if (sent.session !== this.#session) return this.#moveIfKnown(track, sent);
    if (sent.producer.track !== track.media) {
      await sent.producer.replaceTrack({ track: track.media });
      void this.#encodings.fit(source, sent.producer);
    }
    // It may have been muted meanwhile.
    const now = this.#wanted.get(source) ?? track;
    this.#muteHere(now);
    if (sent.muted !== now.muted) await this.#tellMuted(sent, now.muted);
  }

  /** What was sent on this session or is to move to it; what an earlier one brought under way too late counts for nothing. */
  #sentNow(source: TrackSource): Sent | undefined {
    const sent = this.#sent.get(source);
    if (sent === undefined || sent.session === this.#session || sent.session === this.#former) return sent;
    this.#forget(source, sent);
    return undefined;
  }

  async #publish(track: LocalTrack): Promise<void> {
    const session = this.#session;
    if (session === undefined || track.media === null) return;
    const producer = await session.send(track.media, track);
    this.#keep(session, producer, track);
  }

  /** One that the server gave up before it heard of the move begins anew. */
  async #moveIfKnown(track: LocalTrack, sent: Sent): Promise<void> {
    try {
      await this.#move(track, sent);
    } catch (error) {
      if (CanopyError.from(error).code !== 'TRACK_NOT_FOUND') throw error;
      this.#forget(track.source, sent);
      await this.#publish(track);
    }
  }

  /** Without media there is nothing that a new session could send: the track ends, and begins again with the next media. */
  async #move(track: LocalTrack, sent: Sent): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    if (track.media === null) return this.#unpublish(track.source, sent);
    const producer = await session.send(track.media, { ...track, trackId: sent.producer.id });
    if (this.#session !== session) return producer.close();
    if (sent.session === this.#former) this.#outgoing.set(track.source, sent);
    else sent.producer.close();
    this.#keep(session, producer, track);
  }

  #keep(session: TrackSender, producer: SentProducer, track: LocalTrack): void {
    this.#sent.set(track.source, { session, producer, muted: track.muted });
    this.#muteHere(this.#wanted.get(track.source) ?? track);
  }

  async #unpublish(source: TrackSource, sent: Sent): Promise<void> {
    this.#forget(source, sent);
    for (;;) {
      try {
        return void (await this.#request({ unpublish: { trackId: sent.producer.id } }));
      } catch (error) {
        // Until the server knows, the others see it, and it stands in the way of the next. What a lost connection swallowed is made good when it is back.
        if (!CanopyError.from(error).retryable || !this.#isConnected()) throw error;
      }
      await pause(this.#clock, retryMs);
    }
  }

  async #tellMuted(sent: Sent, muted: boolean): Promise<void> {
    sent.muted = undefined;
    await this.#request({ setMuted: { trackId: sent.producer.id, muted } });
    sent.muted = muted;
  }

  /** Nothing is sent from the moment on that the participant mutes, whatever the server says and when. */
  #muteHere({ source, media, muted }: LocalTrack): void {
    if (media !== null) media.enabled = !muted;
    const producer = this.#sent.get(source)?.producer;
    if (producer === undefined || producer.track !== media) return;
    if (muted) producer.pause();
    else producer.resume();
  }

  #forget(source: TrackSource, sent: Sent): void {
    this.#sent.delete(source);
    sent.producer.close();
  }

  async #attempt(action: () => Promise<unknown>, source?: TrackSource): Promise<void> {
    try {
      await action();
    } catch (cause) {
      const error = CanopyError.from(cause);
      if (source === undefined) return;
      if (!error.retryable) this.events.emit('failed', { source, error });
      // What a lost connection swallowed is made good when it is back.
      else if (this.#isConnected()) this.#syncLater(source);
    }
  }

  #change(edit: (wanted: Map<TrackSource, LocalTrack>) => void): void {
    const wanted = new Map(this.#wanted);
    edit(wanted);
    this.#wanted = wanted;
    this.events.emit('changed', wanted);
  }
}
