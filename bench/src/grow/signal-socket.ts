import { once } from 'node:events';
import { signalDefaults } from '@canopy/client/signal';
import { type ClientMessage, type Reply, ServerMessage, type StreamPosition } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { WebSocket } from 'ws';
import { connectionLost, fromCloseCode, fromWireError } from '../../../client/src/signal/wire-error.ts';

const { timeoutMs } = signalDefaults;
const replyStart = Buffer.from('{"reply"');
const goodbyeStart = Buffer.from('{"goodbye"');
const countsStart = Buffer.from('{"counts"');
const migrateStart = Buffer.from('{"migrate"');
const eventStart = Buffer.from('{"event"');
const snapshotStart = Buffer.from('{"snapshot"');
/** What events of tracks, and of their end with whoever published them, have in them. */
const trackMarks = ['"track', '"participantLeft"'];

/** A request that failed, by the server's code or, where the server said nothing, `NO_CONNECTION`, `NO_ANSWER` or `CLOSED_` with the code of the closing. */
export class SignalError extends Error {
  override name = 'SignalError';
  readonly code: string;
  /** What the SDK takes it for. */
  readonly reason: CanopyError;

  constructor(code: string, reason: CanopyError) {
    super(`the request failed: ${code}`, { cause: reason });
    this.code = code;
    this.reason = reason;
  }
}

/** A connection to `/v1/signal` that costs the load generator little: of what the server says unasked only what concerns tracks, counts, moves and a goodbye are read. */
export class SignalSocket {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #nextId = 1;
  /** Bytes of all messages received so far. */
  receivedBytes = 0;
  #end: SignalError | undefined;
  #counts: Buffer | undefined;
  #lastEvent: Buffer | undefined;
  readonly #unheard: Buffer[] = [];
  #onPush: ((message: ServerMessage) => void) | undefined;
  #onEnd: ((reason: SignalError) => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      this.#end ??= new SignalError(`CLOSED_${code}`, fromCloseCode(code));
      this.#onEnd?.(this.#end);
    });
  }

  /** `address` is the client's, as a proxy the server trusts reports it. Rejects with a {@link SignalError}. */
  static async open(url: string, address: string): Promise<SignalSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/signal`, {
      headers: { 'x-forwarded-for': address },
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: timeoutMs,
    });
    try {
      await once(socket, 'open');
    } catch (error) {
      throw new SignalError('NO_CONNECTION', connectionLost(error));
    }
    return new SignalSocket(socket);
  }

  /** Rejects with a {@link SignalError}. */
  async ask(request: Omit<ClientMessage, 'id'>): Promise<Reply> {
    if (this.#end !== undefined) throw this.#end;
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#pending.set(id, resolve);
    const timer = setTimeout(() => reject(new SignalError('NO_ANSWER', new CanopyError('TIMEOUT'))), timeoutMs);
    const onClose = () => reject(this.#end);
    this.#socket.once('close', onClose);
    this.#socket.send(JSON.stringify({ id, ...request } satisfies ClientMessage));
    try {
      const reply = await promise;
      if (reply.error === undefined) return reply;
      throw new SignalError(reply.error.code, fromWireError(reply.error));
    } finally {
      clearTimeout(timer);
      this.#socket.off('close', onClose);
      this.#pending.delete(id);
    }
  }

  /** Of moves to another edge, and of events and snapshots that change what tracks there are; also of those before it listened. */
  onPush(listener: (message: ServerMessage) => void): void {
    this.#onPush = listener;
    for (const data of this.#unheard.splice(0)) listener(messageOf(data));
  }

  /** It ended, and not by {@link close}; or has done so already. */
  onEnd(listener: (reason: SignalError) => void): void {
    this.#onEnd = listener;
    if (this.#end !== undefined) listener(this.#end);
  }

  /** How many attend, as told last; undefined if it was not told. */
  get attendeeCount(): number | undefined {
    return this.#counts && messageOf(this.#counts).counts?.attendeeCount;
  }

  /** Of the last event; undefined while there was none. */
  get position(): StreamPosition | undefined {
    return this.#lastEvent && messageOf(this.#lastEvent).event?.position;
  }

  close(): void {
    this.#onEnd = undefined;
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    this.receivedBytes += data.length;
    if (startsWith(data, eventStart)) {
      this.#lastEvent = data;
      if (trackMarks.some((mark) => data.includes(mark))) this.#push(data);
    } else if (startsWith(data, replyStart)) {
      const { reply } = messageOf(data);
      if (reply !== undefined) this.#pending.get(reply.id)?.(reply);
    } else if (startsWith(data, countsStart)) {
      this.#counts = data;
    } else if (startsWith(data, migrateStart) || startsWith(data, snapshotStart)) {
      this.#push(data);
    } else if (startsWith(data, goodbyeStart)) {
      const reason = messageOf(data).goodbye?.reason;
      this.#end = new SignalError(reason?.code ?? 'unknown', fromWireError(reason));
    }
  }

  #push(data: Buffer): void {
    if (this.#onPush === undefined) this.#unheard.push(data);
    else this.#onPush(messageOf(data));
  }
}

function messageOf(data: Buffer): ServerMessage {
  return ServerMessage.fromJSON(JSON.parse(data.toString()));
}

function startsWith(data: Buffer, start: Buffer): boolean {
  return data.subarray(0, start.length).equals(start);
}
