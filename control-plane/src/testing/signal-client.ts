import type { ClientMessage, MeetingEvent, Reply, ServerMessage } from '@canopy/proto/signal';
import { WebSocket } from 'ws';

export interface Closed {
  code: number;
  reason: string;
}

/** A client of `/v1/signal` for tests: everything it gets is kept in the order in which it came. */
export class SignalClient {
  readonly received: ServerMessage[] = [];
  readonly closed: Promise<Closed>;
  readonly ws: WebSocket;
  readonly #waiting = new Set<() => void>();
  #nextId = 1;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    const { promise, resolve } = Promise.withResolvers<Closed>();
    this.closed = promise;
    ws.on('message', (data: Buffer) => {
      this.received.push(JSON.parse(data.toString('utf8')));
      for (const wake of this.#waiting) wake();
    });
    ws.on('error', () => ws.terminate());
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  }

  /** Rejects with the HTTP status if the upgrade is refused. */
  static async open(httpAddress: string, headers: Record<string, string> = {}): Promise<SignalClient> {
    const ws = new WebSocket(`ws://${httpAddress}/v1/signal`, { headers });
    const client = new SignalClient(ws);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    ws.once('open', resolve);
    ws.once('unexpected-response', (_request, response) => {
      reject(new Error(`${response.statusCode} ${response.statusMessage}`));
      ws.terminate();
    });
    await promise;
    return client;
  }

  /** Sends a message and waits for its answer. */
  async ask(message: Omit<ClientMessage, 'id'>): Promise<Reply> {
    const id = this.#nextId++;
    this.ws.send(JSON.stringify({ id, ...message }));
    return await this.until((received) => (received.reply?.id === id ? received.reply : undefined));
  }

  /** Waits until something received, now or before, gives a result. */
  async until<T>(find: (message: ServerMessage) => T | undefined, timeoutMs = 10_000): Promise<T> {
    const search = () => {
      for (const message of this.received) {
        const found = find(message);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const check = () => {
      const found = search();
      if (found !== undefined) resolve(found);
    };
    const timer = setTimeout(() => {
      reject(new Error(`not received in ${timeoutMs} ms; got ${JSON.stringify(this.received).slice(0, 2000)}`));
    }, timeoutMs);
    this.#waiting.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  untilEvent(matches: (event: MeetingEvent) => boolean): Promise<MeetingEvent> {
    return this.until(({ event }) => (event !== undefined && matches(event) ? event : undefined));
  }

  untilGoodbye(): Promise<string> {
    return this.until(({ goodbye }) => goodbye?.reason?.code);
  }

  events(): MeetingEvent[] {
    return this.received.flatMap(({ event }) => (event === undefined ? [] : [event]));
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.ws.terminate();
  }
}
