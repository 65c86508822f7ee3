import type { Waiting } from '@canopy/proto/moderation';
import type { Join, Joined, Reply, Resume, Resumed } from '@canopy/proto/signal';
import { type BackoffOptions, backoffMs } from '@canopy/runtime/backoff';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { protocolVersion, requireUnderstood } from '@canopy/runtime/protocol';
import { passesSoon, type Recovery, recoveryAfter } from './recovery.ts';
import { type Push, type Request, RequestSocket } from './request-socket.ts';
import { connectionLost } from './wire-error.ts';

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

export type SignalEvents = {
  /** Joined again: a new session, whose media must be set up anew. */
  joined: Joined;
  /** The session goes on over a new socket. */
  resumed: Resumed;
  pushed: Push;
  /** The first join is not answered before somebody lets this person in. */
  waiting: Waiting;
  /** The first join met an error that passes by itself, and is tried again. */
  retrying: CanopyError;
  stateChanged: ConnectionState;
  /** Nothing more will come: the meeting ended, the token expired, the participant connected elsewhere, or stayed away too long and the meeting was locked or filled meanwhile. */
  ended: CanopyError;
};

export interface SignalConnectionOptions {
  /** ws: or wss: URL of `/v1/signal`. */
  url: string;
  /** What a resume says: where the event stream was left, whether media needs new ICE parameters, the role gone by, and the edge that media goes over or is on its way to. */
  resumeFrom: () => Pick<Resume, 'position' | 'restartIce' | 'role' | 'edgeId'>;
  clock?: Clock;
  /** In [0, 1). */
  random?: () => number;
  backoff?: BackoffOptions;
  /** For so long the first join is tried again when it meets an error that passes by itself; longer only when the server says when to come again. Default 0: its error is for the caller to judge. */
  joinPatienceMs?: number;
  /** For opening a socket and for each request. */
  timeoutMs?: number;
  /** The socket is asked for a sign of life this often. */
  pingPeriodMs?: number;
  /** A socket on which nothing came for so long after it was asked is given up. Longer than any one request may keep the server from answering the next. */
  pingTimeoutMs?: number;
}

/** What is not said otherwise. */
export const signalDefaults = {
  backoff: { initialMs: 100, maxMs: 5_000 },
  joinPatienceMs: 0,
  timeoutMs: 8_000,
  pingPeriodMs: 4_000,
  pingTimeoutMs: 6_000,
} as const satisfies Partial<SignalConnectionOptions>;

const roundTripsKept = 3;
/** An answer that is so much later than usual may not come at all. */
const lateMs = 50;
/** Who is to go on over another socket does so at once. */
const unclaimedMs = 500;

/**
 * A participant's signaling, over as many sockets as it takes. When a socket is lost it opens another one and resumes; when the session can't be resumed it joins again.
 *
 * What the server pushes reaches listeners only after the `joined` or `resumed` that it builds on.
 */
export class SignalConnection {
  readonly events = new Emitter<SignalEvents>();
  readonly #options: Required<SignalConnectionOptions>;
  #state: ConnectionState = 'connecting';
  #socket: RequestSocket | undefined;
  /** For the next attempt. */
  #ahead: Promise<RequestSocket> | undefined;
  #hello: Join = { token: '', rtts: [] };
  #resumeToken = '';
  #onFirstJoined: ((joined: Joined) => void) | null = null;
  /** The server knows this person as one who waits, and keeps the place for a while. */
  #isWaiting = false;
  /** Until a sign of life was asked for. */
  #welcomeMs = Number.POSITIVE_INFINITY;
  /** Of the last signs of life. */
  #roundTripsMs: readonly number[] = [];
  #stopPing = () => {};
  /** Ends the wait before the next attempt. */
  #wake = () => {};

  constructor(options: SignalConnectionOptions) {
    this.#options = {
      clock: systemClock,
      random: Math.random,
      ...signalDefaults,
      ...options,
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How long answers of the server take: the quickest of the last signs of life, for a busy page hears of them late; before there is one, the welcome, which takes longer. Infinite before that. */
  get roundTripMs(): number {
    return this.#roundTripsMs.length === 0 ? this.#welcomeMs : Math.min(...this.#roundTripsMs);
  }

  /** Opens a socket while what to say over it is not known yet: it takes three round trips. */
  callAhead(): void {
    this.#ahead ??= this.#dial();
    this.#ahead.catch(() => {
      // Told to who takes it.
    });
  }

  /** The first join. Who waits already tries again without an end. `onJoined` is called before anything is pushed, so that it can start to listen. */
  async join(hello: Join, onJoined: (joined: Joined) => void): Promise<void> {
    const { clock, joinPatienceMs } = this.#options;
    this.#hello = hello;
    this.#onFirstJoined = onJoined;
    const giveUpAt = clock.now() + joinPatienceMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#open('join');
      } catch (error) {
        const reason = CanopyError.from(error);
        // Who is told when to come again has a turn: patience is for those who are told nothing.
        const hasTurn = joinPatienceMs > 0 && reason.retryAfterMs !== undefined;
        const mayRetry = this.#isWaiting || hasTurn || clock.now() < giveUpAt;
        if (mayRetry && (await this.#pauseBeforeRetry(reason, attempt))) continue;
        this.#setState('closed');
        throw error;
      }
    }
  }

  /** False if trying again would not help, or is not wanted any more. */
  async #pauseBeforeRetry(reason: CanopyError, attempt: number): Promise<boolean> {
    if (!passesSoon(reason.code) || this.#isClosed()) return false;
    const { backoff, random } = this.#options;
    const paused = this.#pause(reason.retryAfterMs ?? backoffMs(attempt, backoff, random()));
    this.events.emit('retrying', reason);
    await paused;
    return !this.#isClosed();
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Rejects with the server's error; with a retryable one if the connection is lost, in which case it is unknown whether the request took effect. */
  request(request: Request): Promise<Reply> {
    if (this.#socket === undefined || this.#state !== 'connected') return Promise.reject(connectionLost());
    return this.#socket.request(request, this.#options.timeoutMs);
  }

  /**
   * Settles when the server gave a sign of life: the answer, or within `timeoutMs` anything else. Rejects with TIMEOUT when there
   * was none, or with another error when there is no connection. With a `rival`, another socket is opened if the answer is late,
   * and `onLate` is called: a socket takes more round trips than an answer, so when it is open first, this one is dead, and the
   * next attempt goes over it.
   */
  async ask(timeoutMs: number, { rival = false, onLate = ignored } = {}): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || this.#state !== 'connected') throw connectionLost();
    const { clock, pingTimeoutMs } = this.#options;
    const before = socket.received;
    const isSilent = () => socket.received === before && this.#socket === socket;
    const { promise: late, resolve, reject } = Promise.withResolvers<void>();
    const judge = () => (isSilent() ? reject(new CanopyError('TIMEOUT')) : resolve());
    const cancelJudging = clock.after(timeoutMs, judge);
    const compete = () => {
      void this.#compete(isSilent).then(judge, ignored);
      onLate();
    };
    const cancelRival = rival ? clock.after(Math.min(timeoutMs, this.roundTripMs + lateMs), compete) : () => {};
    // An answer that comes too late still says how long answers take.
    const answer = this.#timed(socket.request({ ping: {} }, pingTimeoutMs));
    await Promise.race([answer, late]).finally(() => {
      cancelJudging();
      cancelRival();
    });
  }

  /** The network changed: don't wait for the old socket to time out. */
  reconnectNow(): void {
    if (this.#state === 'connected') this.#lost(connectionLost());
    this.#wake();
  }

  /** The session is worth nothing any more (its edge lost it): join again. */
  rejoin(reason: CanopyError): void {
    if (this.#state === 'connected') this.#lost(reason, 'join');
  }

  /** Says goodbye if it can, and ends without an `ended` event. */
  async leave(): Promise<void> {
    if (this.#state === 'closed') return;
    const socket = this.#state === 'connected' ? this.#socket : undefined;
    this.#setState('closed');
    this.#wake();
    try {
      await socket?.request({ leave: {} }, 1_000);
    } catch (error) {
      // The server notices the closed socket as well, only later.
      console.debug('canopy: leave was not confirmed', error);
    }
    this.#dropSocket();
  }

  /** Ends without a word. */
  close(): void {
    this.#setState('closed');
    this.#wake();
    this.#dropSocket();
  }

  #dial(): Promise<RequestSocket> {
    const { url, clock, timeoutMs } = this.#options;
    return RequestSocket.open(url, clock, timeoutMs);
  }

  /** Opens another socket, and keeps it for the next attempt if the one in use still is silent then. */
  async #compete(isSilent: () => boolean): Promise<void> {
    const rival = await this.#dial();
    if (!isSilent() || this.#ahead !== undefined) return rival.close();
    const ahead = Promise.resolve(rival);
    this.#ahead = ahead;
    this.#options.clock.after(unclaimedMs, () => {
      if (this.#ahead !== ahead) return;
      this.#ahead = undefined;
      rival.close();
    });
  }

  async #open(how: 'join' | 'resume'): Promise<void> {
    const { timeoutMs } = this.#options;
    const dialing = this.#ahead ?? this.#dial();
    this.#ahead = undefined;
    const ahead = await dialing;
    // Nothing was said over it for so long that the server closed it.
    const socket = ahead.closed ? await this.#dial() : ahead;
    if (this.#state === 'closed') return socket.close();
    const early: Push[] = [];
    this.#socket = socket;
    socket.events.on('waiting', (waiting) => this.#wait(waiting, socket));
    const stopHolding = socket.events.on('push', (push) => early.push(push));
    try {
      const reply = await this.#timed(socket.request(this.#firstWord(how), timeoutMs));
      this.#greet(reply, socket);
    } catch (error) {
      this.#dropSocket();
      socket.close();
      throw error;
    }
    stopHolding();
    for (const push of early) this.#pushed(push);
    socket.events.on('push', (push) => this.#pushed(push));
  }

  /** Who was in the meeting before is not told: they come back by themselves, once they are let in. */
  #wait(waiting: Waiting, socket: RequestSocket): void {
    this.#isWaiting = true;
    if (waiting.answersPings) this.#keepAsking(socket);
    if (this.#onFirstJoined !== null) this.events.emit('waiting', waiting);
  }

  #pushed(push: Push): void {
    if ('transfer' in push) this.#resumeToken = push.transfer.resumeToken;
    this.events.emit('pushed', push);
  }

  #firstWord(how: 'join' | 'resume'): Request {
    const protocol = protocolVersion;
    if (how === 'join') return { join: { ...this.#hello, protocol } };
    return { resume: { resumeToken: this.#resumeToken, ...this.#options.resumeFrom(), protocol } };
  }

  /** Adopts the socket that was welcomed. Whoever hears of the welcome may make requests at once. */
  #greet({ joined, resumed }: Reply, socket: RequestSocket): void {
    const welcome = joined ?? resumed;
    if (welcome === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    requireUnderstood(welcome.protocol);
    if (socket.closed) throw connectionLost();
    if (this.#state === 'closed') {
      socket.close();
      return;
    }
    this.#resumeToken = welcome.resumeToken;
    this.#socket = socket;
    socket.events.on('closed', (reason) => {
      if (this.#socket === socket) this.#lost(reason);
    });
    // Another network may be another way.
    this.#roundTripsMs = [];
    this.#keepAsking(socket);
    this.#setState('connected');
    if (joined !== undefined) this.#tellJoined(joined);
    if (resumed !== undefined) this.events.emit('resumed', resumed);
  }

  #tellJoined(joined: Joined): void {
    const onFirst = this.#onFirstJoined;
    this.#onFirstJoined = null;
    if (onFirst === null) this.events.emit('joined', joined);
    else onFirst(joined);
  }

  #keepAsking(socket: RequestSocket): void {
    this.#stopPing();
    // The welcome took longer than answers do.
    void this.#ping(socket);
    this.#stopPing = this.#options.clock.every(this.#options.pingPeriodMs, () => void this.#ping(socket));
  }

  async #ping(socket: RequestSocket): Promise<void> {
    const before = socket.received;
    try {
      await this.#timed(socket.request({ ping: {} }, this.#options.pingTimeoutMs));
    } catch (error) {
      if (CanopyError.from(error).code === 'TIMEOUT' && socket.received === before) socket.close();
    }
  }

  async #timed(answer: Promise<Reply>): Promise<Reply> {
    const { clock } = this.#options;
    const askedAt = clock.now();
    const reply = await answer;
    const tookMs = clock.now() - askedAt;
    // The clock may have been set back meanwhile.
    if (tookMs < 0) return reply;
    if (reply.done === undefined) this.#welcomeMs = tookMs;
    else this.#roundTripsMs = [...this.#roundTripsMs, tookMs].slice(-roundTripsKept);
    return reply;
  }

  #lost(reason: CanopyError, recovery: Recovery = recoveryAfter(reason.code, 'resume')): void {
    if (this.#state === 'closed') return;
    this.#dropSocket();
    if (recovery === 'stop') {
      this.#end(reason);
      return;
    }
    this.#setState('reconnecting');
    void this.#reconnect(recovery);
  }

  async #reconnect(first: 'resume' | 'join'): Promise<void> {
    const { backoff, random } = this.#options;
    let how = first;
    let toldMs: number | undefined;
    for (let attempt = 0; this.#state === 'reconnecting'; attempt++) {
      await this.#pause(toldMs ?? backoffMs(attempt, backoff, random()));
      if (this.#state !== 'reconnecting') return;
      try {
        return await this.#open(how);
      } catch (error) {
        const reason = CanopyError.from(error);
        const next = recoveryAfter(reason.code, how);
        if (next === 'stop') return this.#end(reason);
        how = next;
        toldMs = reason.retryAfterMs;
      }
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #end(reason: CanopyError): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    this.events.emit('ended', reason);
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#stopPing();
    socket?.close();
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === 'closed') this.#ahead?.then((socket) => socket.close(), ignored);
    this.events.emit('stateChanged', state);
  }
}

function ignored(): void {}
