import type { Socket } from 'node:net';
import type { Waiting } from '@canopy/proto/moderation';
import type { MeetingCounts, MeetingEvent, ReceptionCounts, ServerMessage } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode, errorClass } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { type Bucket, fullBucket, isFull, take } from '@canopy/runtime/token-bucket';
import { inServerSpan } from '@canopy/runtime/tracing';
import type { RawData, WebSocket } from 'ws';
import type { Visitor } from '../app/entry/lobby.ts';
import type { Member, Passage, Push } from '../app/events/room-member.ts';
import type { Connected } from '../app/session/connected.ts';
import type { LiveSession } from '../app/session/live-session.ts';
import type { MeetingState } from '../core/meeting/state.ts';
import {
  closeCode,
  encode,
  encodeCounts,
  encodeEvent,
  encodeReceptions,
  encodeSnapshot,
  errorMessage,
} from './encoding.ts';
import { readFrame } from './frame.ts';
import type { SignalLimits } from './limits.ts';
import type { MessageName, Newcomer, Result } from './message.ts';
import { helloMessages, sessionMessages } from './messages/index.ts';
import type { SignalUseCases } from './signal-use-cases.ts';
import type { SignalWebSocket, SocketListener } from './signal-web-socket.ts';

export interface SocketDeps {
  useCases: SignalUseCases;
  limits: SignalLimits;
  clock: Clock;
  logger: Logger;
  /** A message was served: with success, or refused with that code. */
  onServed?(message: MessageName, result: 'ok' | ErrorCode, elapsedMs: number): void;
  /** A socket of that address is closed. */
  onClosed(address: string): void;
  /** It is closed, and what was under way is done. */
  onEnded(socket: SignalSocket): void;
}

type Connection = Omit<Newcomer, 'member' | 'visitor'>;

const nothing = () => {};

/** One WebSocket connection: what it may send, in which order it is served, and how it ends. */
export class SignalSocket implements Member, Visitor, SocketListener {
  readonly #ws: WebSocket;
  readonly #stream: Pick<Socket, 'bytesRead'>;
  readonly #deps: SocketDeps;
  readonly #address: string;
  /** Until it has joined. */
  #connection: Connection | undefined;
  #connected: Connected | undefined;
  #left = false;
  /** Messages are served one after the other, in the order they came. */
  #tail: Promise<void> = Promise.resolve();
  /** Subscribing, which may wait for tracks that are on their way: it comes in its turn, and holds up only the next of its kind. */
  #subscribing: Promise<void> | undefined;
  #waiting = 0;
  /** Undefined: full. */
  #bucket: Bucket | undefined;
  /** Undefined: it was never over its rate. */
  #refusals: Bucket | undefined;
  #failedHellos = 0;
  #stopHelloTimer: () => void;
  /** Of the stream, when it was last looked at. */
  #bytesRead = -1;
  /** Made when somebody asks. */
  #gone: AbortController | undefined;

  /** @param stream what `ws` reads from */
  constructor(ws: SignalWebSocket, stream: Pick<Socket, 'bytesRead'>, connection: Connection, deps: SocketDeps) {
    this.#ws = ws;
    this.#stream = stream;
    this.#deps = deps;
    this.#address = connection.address;
    this.#connection = connection;
    this.#stopHelloTimer = this.#awaitHello();
    ws.listen(this);
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  event(event: MeetingEvent): void {
    this.#write(encodeEvent(event));
    if (event.meetingEnded !== undefined) this.goodbye('MEETING_ENDED');
  }

  counts(counts: MeetingCounts): void {
    this.#write(encodeCounts(counts));
  }

  receptions(counts: ReceptionCounts): void {
    this.#write(encodeReceptions(counts));
  }

  snapshot(state: MeetingState, session: LiveSession): void {
    this.#write(encodeSnapshot(session, state));
  }

  goodbye(code: ErrorCode): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    this.#send({ goodbye: { reason: errorMessage(new CanopyError(code)) } });
    this.#close(closeCode(code), code);
  }

  push(work: () => Promise<Push | undefined>): Promise<void> {
    const done = this.settled().then(async () => {
      if (this.#ws.readyState !== this.#ws.OPEN) return;
      const message = await work();
      if (message !== undefined) this.#send(message);
    });
    this.#tail = done.catch((error: unknown) => {
      this.#deps.logger.debug({ err: error, ...this.#names() }, 'a message was not made');
    });
    return done;
  }

  waiting(waiting: Waiting): void {
    this.#send({ waiting: { ...waiting, answersPings: true } });
  }

  get gone(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#ws.readyState === this.#ws.CLOSED) this.#gone.abort();
    return this.#gone.signal;
  }

  transfer(from: LiveSession, work: () => Promise<Passage | undefined>): Promise<void> {
    const done = this.settled().then(async () => {
      const before = this.#connected;
      if (before?.session !== from || this.#ws.readyState !== this.#ws.OPEN) return;
      const passage = await work();
      if (passage === undefined) return;
      // From here on a lost connection is that meeting's to note.
      this.#connected = passage.connected;
      this.#deps.useCases.departing.release(before);
      this.#send({ transfer: passage.transfer });
      passage.connected.begin();
    });
    this.#tail = done.catch((error: unknown) => {
      this.#deps.logger.debug({ err: error, ...this.#names() }, 'a connection stayed in its meeting');
    });
    return done;
  }

  /** Called regularly: who sent nothing since, not even the answer to the last ping, is gone. */
  checkAlive(): void {
    const { limits, clock } = this.#deps;
    if (this.#bucket !== undefined && isFull(this.#bucket, limits.messages, clock.now())) this.#bucket = undefined;
    const { bytesRead } = this.#stream;
    if (bytesRead === this.#bytesRead) this.#ws.terminate();
    this.#bytesRead = bytesRead;
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  /** The server stops: the participant stays, and comes back elsewhere. */
  dismiss(): void {
    this.#left = true;
    this.goodbye('SHUTTING_DOWN');
  }

  /** Resolves when everything under way is done. */
  async settled(): Promise<void> {
    await Promise.all([this.#tail, this.#subscribing]);
  }

  heard(data: RawData, isBinary: boolean): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    const { limits, clock } = this.#deps;
    const now = clock.now();
    const { bucket, taken } = take(this.#bucket ?? fullBucket(limits.messages, now), limits.messages, now);
    this.#bucket = bucket;
    if (!taken && !this.#mayBeRefused()) {
      this.goodbye('RATE_LIMITED');
      return;
    }
    const frame = readFrame(data, isBinary, limits.maxMessageBytes);
    if (frame.kind === 'too-large') {
      this.goodbye('MESSAGE_TOO_LARGE');
    } else if (!taken || this.#waiting >= limits.mostWaiting) {
      this.#refuse(frame.id, new CanopyError('RATE_LIMITED'));
    } else if (frame.kind === 'malformed') {
      this.#refuse(frame.id, new CanopyError('MALFORMED_MESSAGE', frame.because));
    } else if (frame.name === 'ping' && this.#isGreeting) {
      this.#answer(frame.id, { done: {} });
    } else {
      this.#waiting += 1;
      const serve = () => this.#serve(frame.id, frame.name, frame.payload);
      if (frame.name === 'subscribe') this.#subscribing = this.settled().then(serve);
      else this.#tail = this.#tail.then(serve);
    }
  }

  /** To read what is refused, and to say so, costs as well. */
  #mayBeRefused(): boolean {
    const { limits, clock } = this.#deps;
    const { bucket, taken } = take(
      this.#refusals ?? fullBucket(limits.refusals, clock.now()),
      limits.refusals,
      clock.now(),
    );
    this.#refusals = bucket;
    return taken;
  }

  failed(error: Error): void {
    this.#deps.logger.debug({ err: error }, 'a socket failed');
  }

  closed(): void {
    this.#deps.onClosed(this.#address);
    this.#gone?.abort();
    this.#stopHelloTimer();
    this.#tail = this.settled().then(async () => {
      if (this.#connected !== undefined) await this.#lost(this.#connected);
      this.#deps.onEnded(this);
    });
  }

  async #serve(id: number, name: keyof typeof sessionMessages | 'join' | 'resume', payload: unknown): Promise<void> {
    this.#waiting -= 1;
    // Who says goodbye need not wait for the answer. All else is asked again by who comes back.
    if (this.#ws.readyState !== this.#ws.OPEN && name !== 'leave') return;
    const startedAt = performance.now();
    const serve = () =>
      name === 'join' || name === 'resume' ? this.#hello(id, name, payload) : this.#message(id, name, payload);
    const served = (result: 'ok' | ErrorCode) => this.#deps.onServed?.(name, result, performance.now() - startedAt);
    await inServerSpan(`signal.${name}`, undefined, async () => {
      try {
        await serve();
      } catch (error) {
        this.#refuse(id, error);
        if (this.#failedHellos >= this.#deps.limits.mostFailedHellos) this.goodbye('HELLO_EXPECTED');
        throw error;
      }
    }).then(
      () => served('ok'),
      (error: unknown) => served(CanopyError.from(error).code),
    );
  }

  /** A join or resume is under way, and may be for as long as somebody waits for being let in. */
  get #isGreeting(): boolean {
    return this.#connection !== undefined && this.#stopHelloTimer === nothing;
  }

  async #hello(id: number, name: 'join' | 'resume', payload: unknown): Promise<void> {
    if (this.#connection === undefined) throw new CanopyError('ALREADY_JOINED');
    this.#stopHelloTimer();
    // A timer that is over still takes memory.
    this.#stopHelloTimer = nothing;
    try {
      const newcomer: Newcomer = { ...this.#connection, member: this, visitor: this };
      const { connected, result } = await helloMessages[name].handle(payload, newcomer, this.#deps.useCases);
      this.#connected = connected;
      this.#connection = undefined;
      if (this.#ws.readyState !== this.#ws.OPEN) return this.#lost(connected);
      this.#answer(id, result);
      connected.begin();
    } catch (error) {
      this.#failedHellos += 1;
      this.#stopHelloTimer = this.#awaitHello();
      throw error;
    }
  }

  async #message(id: number, name: keyof typeof sessionMessages, payload: unknown): Promise<void> {
    if (this.#connected === undefined) throw new CanopyError('HELLO_EXPECTED');
    this.#answer(id, await sessionMessages[name].handle(payload, this.#connected, this.#deps.useCases));
    if (name !== 'leave') return;
    this.#left = true;
    this.#close(1000, 'LEFT');
  }

  #answer(id: number, result: Result): void {
    this.#send({ reply: { id, ...result } });
  }

  /** Tells the error, and closes the socket if it does not survive it. */
  #refuse(id: number, error: unknown): void {
    const known = CanopyError.from(error);
    if (known.code === 'INTERNAL') this.#deps.logger.error({ err: error, ...this.#names() }, 'a message failed');
    this.#answer(id, { error: errorMessage(known) });
    if (errorClass(known.code).ws !== null) this.goodbye(known.code);
  }

  #send(message: ServerMessage): void {
    this.#write(encode(message));
  }

  #write(data: Buffer): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#ws.bufferedAmount > this.#deps.limits.maxBacklogBytes) {
      this.#deps.logger.info(this.#names(), 'a client does not keep up');
      this.#close(closeCode('SLOW_CONSUMER'), 'SLOW_CONSUMER');
    } else {
      this.#ws.send(data, { binary: false });
    }
  }

  /** A peer that does not answer the closing is cut off. */
  #close(code: number, reason: string): void {
    if (this.#ws.readyState === this.#ws.CLOSED) return;
    this.#ws.close(code, reason);
    const cancel = this.#deps.clock.after(this.#deps.limits.closeTimeoutMs, () => this.#ws.terminate());
    this.#ws.once('close', cancel);
  }

  /** Once per connection: whatever comes first, the closing or the end of a join that was under way. */
  async #lost(connected: Connected): Promise<void> {
    this.#connected = undefined;
    this.#deps.useCases.departing.release(connected);
    if (!this.#left) await this.#deps.useCases.departing.disconnect(connected);
  }

  #awaitHello(): () => void {
    return this.#deps.clock.after(this.#deps.limits.helloTimeoutMs, () => this.goodbye('HELLO_EXPECTED'));
  }

  #names(): object {
    const session = this.#connected?.session;
    return session === undefined ? {} : { meetingId: session.meetingId, participantId: session.participantId };
  }
}
