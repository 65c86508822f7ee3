import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerParameters, DtlsParameters, TrackWant } from '@canopy/proto/media';
import type { Joined, Migrate, Subscribed } from '@canopy/proto/signal';
import { systemClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { IceRecovery } from '../../../client/src/media/ice-recovery.ts';
import { followMs, isLoss, leftBehind, swapMs } from '../../../client/src/media/migration.ts';
import { type Recovery, recoveryAfter } from '../../../client/src/signal/recovery.ts';
import { answered, type Entry, type EntryOptions, enter, enterPatiently, pauseAfter } from './entry.ts';
import { FirstTracks } from './first-tracks.ts';
import { SignalError, SignalSocket } from './signal-socket.ts';

/** What a join or a move brings. */
export type Session = Readonly<Pick<Joined, 'edge' | 'sendTransport' | 'receiveTransport' | 'consumers'>>;

/** How a session came to be: tracks of one that is joined are published anew, those of one that is moved to keep their ids. */
export type SessionKind = 'joined' | 'moved';

export type Ask = SignalSocket['ask'];

/** A participant's media over one session. */
export interface SessionMedia {
  /** The same for every session of a participant: edges know it from the join. */
  readonly dtlsParameters: DtlsParameters;
  /** Others follow it when it moves. */
  readonly sends: boolean;
  /** Media gets through; always, if none is to. */
  readonly connected: boolean;
  /** Resolves when everything goes over the session. */
  begin(session: Session, kind: SessionKind, ask: Ask): Promise<void>;
  /** The session delivers these from now on. */
  receive(consumers: readonly ConsumerParameters[]): void;
  /** It ended, and not by {@link close}. */
  onEnd(listener: () => void): void;
  /** May be called twice. */
  close(): void;
}

/** What happened to a participant. */
export type Fate = Pick<Participant<SessionMedia>, 'failedAttempts' | 'moves' | 'losses' | 'endedBecause'>;

/**
 * Somebody in a meeting, who does what the SDK does when something happens: follows to another edge, make before break, when the
 * server moves them; resumes or joins again when the connection is lost; asks for another edge when media is.
 */
export class Participant<Media extends SessionMedia> {
  /** From opening the socket to the answer, of the attempt that was answered: ms. */
  readonly joinMs: number;
  /** When that began: ms of `performance.now()`. */
  readonly startedAt: number;
  /** Attempts before that, by what they failed with. */
  readonly failedAttempts: readonly string[];
  /** Settles when the first session's media has begun. */
  readonly began: Promise<void>;
  /** Why the server moved them, each time, as MigrateReason names it. */
  readonly moves: string[] = [];
  /** Why the connection was lost, each time. */
  readonly losses: string[] = [];
  readonly #options: EntryOptions;
  readonly #newMedia: () => Media;
  readonly #ice: IceRecovery;
  readonly #tracks: FirstTracks;
  #signal: SignalSocket;
  #resumeToken: string;
  #position: Position;
  /** Of sockets before this one. */
  #bytesBefore = 0;
  #place: Place<Media>;
  /** While moving: where to. */
  #latest: Place<Media>;
  #hasLeft = false;
  #endedBecause: string | undefined;

  /** Rejects with a {@link SignalError} when trying again does not help. */
  static async join<Media extends SessionMedia>(
    options: EntryOptions,
    newMedia: () => Media,
  ): Promise<Participant<Media>> {
    const media = newMedia();
    try {
      const { failedAttempts, ...entry } = await enterPatiently(options, media.dtlsParameters);
      return new Participant(options, newMedia, media, entry, failedAttempts);
    } catch (error) {
      media.close();
      throw error;
    }
  }

  private constructor(
    options: EntryOptions,
    newMedia: () => Media,
    media: Media,
    { signal, joined, startedAt, joinMs }: Entry,
    failedAttempts: readonly string[],
  ) {
    this.#options = options;
    this.#newMedia = newMedia;
    this.startedAt = startedAt;
    this.joinMs = joinMs;
    this.failedAttempts = failedAttempts;
    this.#ice = new IceRecovery({
      clock: systemClock,
      restart: () => void this.#try(this.ask({ restartIce: {} })),
      suspect: () => void this.#try(this.ask({ mediaUnreachable: {} })),
      giveUp: () => this.#rejoin('EDGE_UNREACHABLE'),
    });
    this.#tracks = new FirstTracks({
      subscribe: (wants) => this.#subscribe(wants),
      has: (trackId) => this.session.consumers.some((consumer) => consumer.trackId === trackId),
      onAnswer: (answer) => this.#heed(answer),
    });
    this.#signal = signal;
    this.#resumeToken = joined.resumeToken;
    this.#position = joined.meeting?.position;
    this.#place = { session: sessionOf(joined), media };
    this.#latest = this.#place;
    this.#tracks.joined(joined);
    this.began = this.#begin(this.#place, 'joined');
    // Who does not wait for it learns of it by what the server does.
    this.began.catch(() => undefined);
    this.#listen();
  }

  get session(): Session {
    return this.#place.session;
  }

  get media(): Media {
    return this.#place.media;
  }

  /** How many attend, as told last over the connection there is. */
  get attendeeCount(): number | undefined {
    return this.#signal.attendeeCount;
  }

  get receivedBytes(): number {
    return this.#bytesBefore + this.#signal.receivedBytes;
  }

  /** Why it is over though they had not left, and coming back was of no use; undefined while it is not. */
  get endedBecause(): string | undefined {
    return this.#endedBecause;
  }

  /** Rejects with a {@link SignalError}. */
  ask: Ask = (request) => this.#signal.ask(request);

  /** Rejects with a {@link SignalError} when the server does not confirm it. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.ask({ leave: {} });
  }

  /** Closes its connections, without a word to the server. */
  drop(): void {
    this.#hasLeft = true;
    this.#close();
  }

  get #isOver(): boolean {
    return this.#hasLeft || this.#endedBecause !== undefined;
  }

  #close(): void {
    this.#ice.stop();
    this.#tracks.subscriptions.disconnected();
    this.#closeMedia();
    this.#signal.close();
  }

  #closeMedia(): void {
    for (const { media } of [this.#place, this.#latest]) media.close();
  }

  #listen(): void {
    this.#signal.onPush(({ event, snapshot, migrate }) => {
      if (event !== undefined) this.#tracks.hear(event);
      if (snapshot !== undefined) this.#tracks.replace(snapshot);
      if (migrate !== undefined) void this.#try(this.#follow(migrate));
    });
    this.#signal.onEnd((reason) => this.#lost(reason, recoveryAfter(reason.reason.code, 'resume')));
  }

  #begin(place: Place<Media>, kind: SessionKind): Promise<void> {
    const { media, session } = place;
    media.onEnd(() => {
      if (place === this.#place && place === this.#latest && !this.#isOver) this.#ice.update('interrupted');
    });
    return media.begin(session, kind, this.ask);
  }

  async #follow(migrate: Migrate): Promise<void> {
    const from = this.#place;
    // A move before this one that is not done comes to nothing.
    if (this.#latest !== from) this.#latest.media.close();
    const to = { session: sessionOf(migrate), media: this.#newMedia() };
    this.#latest = to;
    this.#ice.stop();
    this.#tracks.subscriptions.disconnected();
    this.moves.push(migrate.reason.replace('MIGRATE_REASON_', ''));
    const begun = this.#begin(to, 'moved').then(
      () => true,
      () => false,
    );
    // Where the former session is lost, or nothing was brought along, tracks are asked for over the new one at once.
    const isAwaited = !isLoss(migrate.reason) && (to.media.sends || migrate.consumers.length > 0);
    const late = () => delay(swapMs).then(() => to.media.connected);
    const isThere = !isAwaited || (await Promise.race([begun, late()]));
    if (!isThere) to.media.close();
    if (this.#latest !== to || this.#isOver) return;
    if (!isThere) return this.#stay(from);
    this.#place = to;
    const received = from.session.consumers.map(({ trackId }) => trackId);
    this.#tracks.subscriptions.refresh(leftBehind(received, migrate));
    this.#tracks.subscriptions.connected(true);
    if (to.media.sends) await delay(followMs);
    else if (!isAwaited) await Promise.race([begun, late()]);
    from.media.close();
    if (this.#latest === to) await this.ask({ migrated: { edgeId: migrate.edge?.id } });
  }

  /** While the former session works the next step is the server's, which waits for `migrated` in vain; else a third edge is asked for. */
  async #stay(from: Place<Media>): Promise<void> {
    this.#latest = from;
    this.#tracks.subscriptions.connected(true);
    if (from.media.connected) return;
    try {
      await this.ask({ mediaUnreachable: {} });
    } catch {
      this.#rejoin('EDGE_UNREACHABLE');
    }
  }

  /** Rejects with the server's error, as the SDK takes it. */
  async #subscribe(wants: TrackWant[]): Promise<Subscribed> {
    try {
      const { subscribed } = await this.ask({ subscribe: { wants } });
      if (subscribed !== undefined) return subscribed;
    } catch (error) {
      throw error instanceof SignalError ? error.reason : error;
    }
    throw new CanopyError('MALFORMED_MESSAGE');
  }

  #heed({ added, removedConsumerIds }: Subscribed): void {
    const { media, session } = this.#place;
    const gone = new Set(removedConsumerIds);
    const stay = session.consumers.filter(({ consumerId }) => !gone.has(consumerId));
    // One that a track comes by another way takes the place of the former, which is not said to be removed: media keeps the former beside it until the next change, whatever the new one has brought by then.
    const replaced = new Set(added.map(({ trackId }) => trackId));
    const consumers = [...stay.filter(({ trackId }) => !replaced.has(trackId)), ...added];
    this.#place.session = { ...session, consumers };
    media.receive([...stay, ...added]);
    const consumerIds = added.flatMap(({ consumerId, paused }) => (paused ? [consumerId] : []));
    if (consumerIds.length > 0) void this.#try(this.ask({ consumersReady: { consumerIds } }));
  }

  /** What fails because the connection is lost is made good when it is back; a session that the edge does not know calls for a new join. */
  async #try(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      if (error.code === 'SESSION_NOT_FOUND') this.#rejoin(error.code);
    }
  }

  #rejoin(code: 'EDGE_UNREACHABLE' | 'SESSION_NOT_FOUND'): void {
    this.#lost(new SignalError(code, new CanopyError(code)), 'join');
  }

  #lost(reason: SignalError, recovery: Recovery): void {
    if (this.#isOver) return;
    this.#signal.close();
    this.#ice.stop();
    this.#tracks.subscriptions.disconnected();
    this.losses.push(reason.code);
    void this.#comeBack(reason, recovery);
  }

  async #comeBack(lostBecause: SignalError, first: Recovery): Promise<void> {
    let [reason, recovery] = [lostBecause, first];
    for (let attempt = 0; recovery !== 'stop'; attempt++) {
      await pauseAfter(attempt === 0 ? undefined : reason, attempt);
      if (this.#hasLeft) return;
      try {
        return await (recovery === 'join' ? this.#joinAgain() : this.#resume());
      } catch (error) {
        if (!(error instanceof SignalError)) throw error;
        reason = error;
        recovery = recoveryAfter(error.reason.code, recovery);
      }
    }
    this.#endedBecause = reason.code;
    this.#close();
  }

  async #resume(): Promise<void> {
    const signal = await SignalSocket.open(this.#options.url, this.#options.address);
    const resumeToken = this.#resumeToken;
    const position = this.#signal.position ?? this.#position;
    const { resumed } = await answered(signal, {
      resume: { resumeToken, position, restartIce: false, edgeId: this.#latest.session.edge?.id },
    });
    this.#adopt(signal, resumed?.resumeToken, position);
    if (resumed?.snapshot !== undefined) this.#tracks.replace(resumed.snapshot);
    for (const event of resumed?.events ?? []) this.#tracks.hear(event);
    if (this.#latest === this.#place && !this.#isOver) this.#tracks.subscriptions.connected(true);
  }

  async #joinAgain(): Promise<void> {
    const media = this.#newMedia();
    try {
      const { signal, joined } = await enter(this.#options, media.dtlsParameters);
      this.#closeMedia();
      this.#place = { session: sessionOf(joined), media };
      this.#latest = this.#place;
      this.#tracks.joined(joined);
      this.#adopt(signal, joined.resumeToken, joined.meeting?.position);
    } catch (error) {
      media.close();
      throw error;
    }
    if (!this.#hasLeft) this.#begin(this.#place, 'joined').catch(() => this.#ice.update('interrupted'));
  }

  #adopt(signal: SignalSocket, resumeToken: string | undefined, position: Position): void {
    this.#bytesBefore += this.#signal.receivedBytes;
    this.#signal = signal;
    this.#resumeToken = resumeToken ?? '';
    this.#position = position;
    if (this.#hasLeft) this.#close();
    else this.#listen();
  }
}

/** A session, and what goes over it. */
interface Place<Media> {
  session: Session;
  media: Media;
}

/** Without the rest of a join: a thousand people keep no list of each other here. */
function sessionOf({ edge, sendTransport, receiveTransport, consumers }: Session): Session {
  return { edge, sendTransport, receiveTransport, consumers };
}

type Position = NonNullable<Joined['meeting']>['position'];
