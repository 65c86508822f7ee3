import type { Breakouts } from '@canopy/proto/breakouts';
import type { Waiting } from '@canopy/proto/moderation';
import {
  type ClientMessage,
  type Joined,
  type LoweredPictures,
  type MeetingCounts,
  type MeetingEvent,
  type MeetingSnapshot,
  type Migrate,
  type NeededLayers,
  type ReceptionCounts,
  type Reply,
  type RoleChanged,
  ServerMessage,
} from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { connectionLost, fromCloseCode, fromWireError } from './wire-error.ts';

/** A request: a ClientMessage with exactly one field set, and no id yet. */
export type Request = Omit<ClientMessage, 'id'>;

interface Pending {
  resolve(reply: Reply): void;
  reject(error: CanopyError): void;
  cancelTimeout(): void;
}

/** What the server says unasked: something happened, everything the client knows is replaced, its media is to move, its role is another, its connection is too narrow for its pictures, what it need not encode, whom the meeting reaches, it is in another meeting, or there is news of breakout rooms. */
export type Push =
  | { event: MeetingEvent }
  | { snapshot: MeetingSnapshot }
  | { migrate: Migrate }
  | { counts: MeetingCounts }
  | { roleChanged: RoleChanged }
  | { loweredPictures: LoweredPictures }
  | { neededLayers: NeededLayers }
  | { receptionCounts: ReceptionCounts }
  | { transfer: Joined }
  | { breakouts: Breakouts };

type RequestSocketEvents = {
  push: Push;
  /** The answer to the join takes as long as somebody at the other end wants. */
  waiting: Waiting;
  /** Exactly once, with the reason. */
  closed: CanopyError;
};

/** One WebSocket from its opening to its end: matches replies to requests, reports what the server pushes in the order it arrives, and says once why it ended. */
export class RequestSocket {
  readonly events = new Emitter<RequestSocketEvents>();
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closed = false;
  /** Messages so far. */
  received = 0;

  private constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', ({ code }) => this.#end(fromCloseCode(code)));
  }

  /** Rejects with a retryable error when the socket does not open within `timeoutMs`. */
  static open(url: string, clock: Clock, timeoutMs: number): Promise<RequestSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const cancelTimeout = clock.after(timeoutMs, () => {
        reject(new CanopyError('TIMEOUT'));
        socket.close();
      });
      socket.addEventListener('open', () => {
        cancelTimeout();
        resolve(new RequestSocket(socket, clock));
      });
      socket.addEventListener('close', ({ code }) => {
        cancelTimeout();
        reject(fromCloseCode(code));
      });
    });
  }

  /** Rejects with the server's error, with TIMEOUT, or with the reason why the socket ended meanwhile. */
  request(request: Request, timeoutMs: number): Promise<Reply> {
    if (this.#closed) return Promise.reject(connectionLost());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#clock.after(timeoutMs, () => {
        this.#pending.delete(id);
        reject(new CanopyError('TIMEOUT'));
      });
      this.#pending.set(id, { resolve, reject, cancelTimeout });
      this.#socket.send(JSON.stringify({ ...request, id } satisfies ClientMessage));
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends it from this side; `closed` is reported at once, because a dead network would never confirm. */
  close(reason: CanopyError = connectionLost()): void {
    this.#socket.close();
    this.#end(reason);
  }

  #receive(data: unknown): void {
    if (this.#closed) return;
    this.received += 1;
    const message = parse(data);
    if (message === null) this.close(new CanopyError('MALFORMED_MESSAGE'));
    else if (message.reply !== undefined) this.#settle(message.reply);
    else if (message.event !== undefined) this.events.emit('push', { event: message.event });
    else if (message.snapshot !== undefined) this.events.emit('push', { snapshot: message.snapshot });
    else if (message.migrate !== undefined) this.events.emit('push', { migrate: message.migrate });
    else if (message.counts !== undefined) this.events.emit('push', { counts: message.counts });
    else if (message.roleChanged !== undefined) this.events.emit('push', { roleChanged: message.roleChanged });
    else if (message.loweredPictures !== undefined)
      this.events.emit('push', { loweredPictures: message.loweredPictures });
    else if (message.neededLayers !== undefined) this.events.emit('push', { neededLayers: message.neededLayers });
    else if (message.receptionCounts !== undefined)
      this.events.emit('push', { receptionCounts: message.receptionCounts });
    else if (message.waiting !== undefined) this.#wait(message.waiting);
    else if (message.transfer?.joined !== undefined) this.events.emit('push', { transfer: message.transfer.joined });
    else if (message.breakouts !== undefined) this.events.emit('push', { breakouts: message.breakouts });
    else if (message.goodbye !== undefined) this.close(fromWireError(message.goodbye.reason));
  }

  #wait(waiting: Waiting): void {
    for (const pending of this.#pending.values()) pending.cancelTimeout();
    this.events.emit('waiting', waiting);
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    this.#pending.delete(reply.id);
    pending.cancelTimeout();
    if (reply.error !== undefined) pending.reject(fromWireError(reply.error));
    else pending.resolve(reply);
  }

  #end(reason: CanopyError): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) {
      pending.cancelTimeout();
      pending.reject(reason);
    }
    this.#pending.clear();
    this.events.emit('closed', reason);
  }
}

function parse(data: unknown): ServerMessage | null {
  try {
    return ServerMessage.fromJSON(JSON.parse(String(data)));
  } catch {
    return null;
  }
}
