import { once } from 'node:events';
import { type ClientMessage, type Migrate, type Reply, ServerMessage } from '@canopy/proto/signal';
import { WebSocket } from 'ws';

const timeoutMs = 10_000;
const replyStart = Buffer.from('{"reply"');
const goodbyeStart = Buffer.from('{"goodbye"');
const countsStart = Buffer.from('{"counts"');
const migrateStart = Buffer.from('{"migrate"');

/** A request that failed, by the server's code or, where the server said nothing, `NO_ANSWER` or `CLOSED_` with the code of the closing. */
export class SignalError extends Error {
  override name = 'SignalError';
  readonly code: string;
  /** When the server says to come again. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, retryAfterMs?: number) {
    super(`the request failed: ${code}`);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A connection to `/v1/signal` that costs the load generator little: of what the server says unasked only counts, moves and a goodbye are read. */
export class SignalSocket {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #nextId = 1;
  /** Bytes of all messages received so far. */
  receivedBytes = 0;
  #lostBecause: string | undefined;
  #counts: Buffer | undefined;
  #onMigrate: (migrate: Migrate) => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      this.#lostBecause ??= `CLOSED_${code}`;
    });
  }

  /** `address` is the client's, as a proxy the server trusts reports it. */
  static async open(url: string, address: string): Promise<SignalSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/signal`, {
      headers: { 'x-forwarded-for': address },
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: timeoutMs,
    });
    await once(socket, 'open');
    return new SignalSocket(socket);
  }

  /** Rejects with a {@link SignalError}. */
  async ask(request: Omit<ClientMessage, 'id'>): Promise<Reply> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#pending.set(id, resolve);
    const timer = setTimeout(() => reject(new SignalError('NO_ANSWER')), timeoutMs);
    const onClose = () => reject(new SignalError(this.#lostBecause ?? 'NO_ANSWER'));
    this.#socket.once('close', onClose);
    this.#socket.send(JSON.stringify({ id, ...request } satisfies ClientMessage));
    try {
      const reply = await promise;
      if (reply.error === undefined) return reply;
      throw new SignalError(reply.error.code, reply.error.retryAfterMs);
    } finally {
      clearTimeout(timer);
      this.#socket.off('close', onClose);
      this.#pending.delete(id);
    }
  }

  /** The server moves this participant to another edge. */
  onMigrate(listener: (migrate: Migrate) => void): void {
    this.#onMigrate = listener;
  }

  /** The server's reason for ending the connection, or the close code; undefined while it is open. */
  get lostBecause(): string | undefined {
    return this.#lostBecause;
  }

  /** How many attend, as told last; undefined if it was not told. */
  get attendeeCount(): number | undefined {
    if (this.#counts === undefined) return undefined;
    return ServerMessage.fromJSON(JSON.parse(this.#counts.toString())).counts?.attendeeCount;
  }

  close(): void {
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    this.receivedBytes += data.length;
    if (startsWith(data, replyStart)) {
      const { reply } = ServerMessage.fromJSON(JSON.parse(data.toString()));
      if (reply !== undefined) this.#pending.get(reply.id)?.(reply);
    } else if (startsWith(data, countsStart)) {
      this.#counts = data;
    } else if (startsWith(data, migrateStart)) {
      const { migrate } = ServerMessage.fromJSON(JSON.parse(data.toString()));
      if (migrate !== undefined) this.#onMigrate(migrate);
    } else if (startsWith(data, goodbyeStart)) {
      this.#lostBecause = ServerMessage.fromJSON(JSON.parse(data.toString())).goodbye?.reason?.code ?? 'unknown';
    }
  }
}

function startsWith(data: Buffer, start: Buffer): boolean {
  return data.subarray(0, start.length).equals(start);
}
